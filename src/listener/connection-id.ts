let opened = 0

/** Unlike that of any other connection of this process; later connections have higher ones. */
export function nextConnectionId(): string {
  return String(++opened)
}
