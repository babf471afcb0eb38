/** The recording rules of one day (group roam-daily of monitoring/rules/recording.ts), and what each becomes in the file. */
export const DAILY_RULES = {
  requests: 'job_protocol:quic_requests:increase1d',
  errors: 'job_protocol:quic_request_errors:increase1d',
  aborts: 'job_protocol:quic_request_aborts:increase1d',
  responseBytes: 'job_protocol:quic_response_bytes:increase1d',
  timeToFirstByte: 'job_protocol_le:quic_time_to_first_byte_seconds_bucket:increase1d',
  duration: 'job_protocol_le:quic_request_duration_seconds_bucket:increase1d',
  packetsSent: 'job:quic_packets_sent:increase1d',
  packetsLost: 'job:quic_packets_lost:increase1d',
  migrations: 'job_success:quic_connection_migrations:increase1d',
} as const
