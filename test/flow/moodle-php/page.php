<?php
// Moodle's decisions about its own address, written anew from its documentation, with PHP's own parse_url and $_SERVER.
// The settings are read from the JSON file that MOODLE_SETTINGS names, at each request.
$CFG = json_decode(file_get_contents(getenv('MOODLE_SETTINGS')));

$site = parse_url($CFG->wwwroot . '/');
$host = explode(':', $_SERVER['HTTP_HOST'] ?? '')[0];
$port = (int) $_SERVER['SERVER_PORT'];
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$encrypted = !empty($_SERVER['HTTPS']) && $_SERVER['HTTPS'] !== 'off';

function leave(int $status, string $text, string $location = ''): never {
    http_response_code($status);
    if ($location !== '') {
        header("Location: $location");
    }
    echo $text, "\n";
    exit;
}

$samehost = $host === $site['host'];
$sameport = empty($site['port']) || $port === $site['port'];

if ($host !== '' && empty($CFG->reverseproxy)) {
    if (!$samehost || !$sameport || !str_starts_with($path, $site['path'])) {
        leave(303, 'Incorrect access detected', $CFG->wwwroot . $_SERVER['REQUEST_URI']);
    }
}
if (empty($CFG->sslproxy)) {
    if (!$encrypted && $site['scheme'] === 'https') {
        leave(303, 'Incorrect access detected', $CFG->wwwroot);
    }
} elseif ($site['scheme'] !== 'https') {
    leave(500, 'Must use https address in wwwroot when ssl proxy enabled!');
}
if (!empty($CFG->reverseproxy) && $samehost && $sameport) {
    leave(500, 'Reverse proxy enabled so the server cannot be accessed directly.');
}

// getremoteaddr(): bit 1 skips Client-IP, bit 2 skips X-Forwarded-For; of several addresses the last is believed.
$conf = $CFG->getremoteaddrconf ?? 3;
$taken = $_SERVER['REMOTE_ADDR'];
if (!($conf & 1) && !empty($_SERVER['HTTP_CLIENT_IP'])) {
    $taken = $_SERVER['HTTP_CLIENT_IP'];
} elseif (!($conf & 2) && !empty($_SERVER['HTTP_X_FORWARDED_FOR'])) {
    $addresses = explode(',', $_SERVER['HTTP_X_FORWARDED_FOR']);
    $taken = trim(end($addresses));
}
header('Content-Type: application/json');
echo json_encode(['page' => $_SERVER['REQUEST_URI'], 'taken' => $taken, 'proto' => $_SERVER['HTTP_X_FORWARDED_PROTO'] ?? '']);
