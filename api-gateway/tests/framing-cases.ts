/** What a request of a case becomes. */
export type Expected =
  /** The gateway answers so and closes the connection; no service sees a byte of it as a whole request. */
  | { readonly refused: number }
  /** A service gets exactly this one request, with exactly this body. */
  | { readonly passed: string; readonly body: string };

export type FramingCase = readonly [what: string, bytes: string, expected: Expected];

/** What an attacker wants a service to take for a request of its own. */
export const smuggled = 'GET /api/v1/users/smuggled HTTP/1.1\r\nHost: x\r\n\r\n';

/** So many different headers, a line each. */
export const headerLines = (count: number) => Array.from({ length: count }, (_, index) => `a${index}: b\r\n`).join('');

const refused = (status: number): Expected => ({ refused: status });
const passed = (body: string): Expected => ({ passed: 'POST /bookings', body });
const get = (headers: string, rest = smuggled) => `GET /api/v1/bookings HTTP/1.1\r\nHost: x\r\n${headers}\r\n${rest}`;
const post = (headers: string, rest: string) => `POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\n${headers}\r\n${rest}`;
const chunked = (rest: string, more = '') => post(`Transfer-Encoding: chunked\r\n${more}`, rest);
const line = (requestLine: string) => `${requestLine}\r\nHost: x\r\n\r\n${smuggled}`;
/** The only request of its connection, so that the gateway closes it after the answer. */
const last = 'Connection: close\r\n';

const lengths: FramingCase[] = [
  [
    'Content-Length behind 1,100 header lines',
    post(`${headerLines(1_100)}Content-Length: ${smuggled.length}\r\n`, smuggled),
    refused(431),
  ],
  ['two lengths that differ', post('Content-Length: 5\r\nContent-Length: 0\r\n', `hello${smuggled}`), refused(400)],
  ['two lengths that agree', post('Content-Length: 5\r\nContent-Length: 5\r\n', `hello${smuggled}`), refused(400)],
  ['two lengths in one line', post('Content-Length: 5, 5\r\n', `hello${smuggled}`), refused(400)],
  ['a length with a sign', post('Content-Length: +5\r\n', `hello${smuggled}`), refused(400)],
  ['a negative length', post('Content-Length: -1\r\n', `hello${smuggled}`), refused(400)],
  ['a length in hexadecimal', post('Content-Length: 0x5\r\n', `hello${smuggled}`), refused(400)],
  ['a length with a fraction', post('Content-Length: 5.0\r\n', `hello${smuggled}`), refused(400)],
  ['a length with a space in it', post('Content-Length: 5 5\r\n', `hello${smuggled}`), refused(400)],
  ['a length with a vertical tab', post('Content-Length: 5\x0b\r\n', `hello${smuggled}`), refused(400)],
  ['an empty length', post('Content-Length:\r\n', `hello${smuggled}`), refused(400)],
  ['a length beyond 64 bits', post('Content-Length: 18446744073709551621\r\n', `hello${smuggled}`), refused(400)],
  ['a space before the colon of a length', post('Content-Length : 5\r\n', `hello${smuggled}`), refused(400)],
  ['a NUL before the colon of a length', post('Content-Length\0: 5\r\n', `hello${smuggled}`), refused(400)],
  ['a length with zeros in front', post(`${last}Content-Length: 0005\r\n`, 'hello'), passed('hello')],
  ['a length in odd letter case', post(`${last}cOnTeNt-LeNgTh: 5\r\n`, 'hello'), passed('hello')],
  [
    'an underscored length beside the true one',
    post(`${last}Content_Length: 50\r\nContent-Length: 5\r\n`, 'hello'),
    passed('hello'),
  ],
  [
    'a length that Connection names',
    post('Connection: close, content-length\r\nContent-Length: 5\r\n', 'hello'),
    passed('hello'),
  ],
  ['no length and no body', post(last, ''), passed('')],
];

const encodings: FramingCase[] = [
  [
    'Content-Length with Transfer-Encoding',
    post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${smuggled}`),
    refused(400),
  ],
  [
    'Transfer-Encoding with Content-Length',
    post('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', `0\r\n\r\n${smuggled}`),
    refused(400),
  ],
  [
    'Transfer-Encoding with a length of 0',
    post('Transfer-Encoding: chunked\r\nContent-Length: 0\r\n', `0\r\n\r\n${smuggled}`),
    refused(400),
  ],
  ['an unknown Transfer-Encoding', post('Transfer-Encoding: xchunked\r\n', `0\r\n\r\n${smuggled}`), refused(400)],
  [
    'a Transfer-Encoding behind chunked',
    post('Transfer-Encoding: chunked, identity\r\n', `0\r\n\r\n${smuggled}`),
    refused(400),
  ],
  [
    'a Transfer-Encoding before chunked',
    post('Transfer-Encoding: gzip, chunked\r\n', `0\r\n\r\n${smuggled}`),
    refused(400),
  ],
  ['identity', post('Transfer-Encoding: identity\r\n', `0\r\n\r\n${smuggled}`), refused(400)],
  ['chunked twice in one line', post('Transfer-Encoding: chunked, chunked\r\n', `0\r\n\r\n${smuggled}`), refused(400)],
  [
    'chunked in two lines',
    post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${smuggled}`),
    refused(400),
  ],
  [
    'chunked, and another in a second line',
    post('Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n', `0\r\n\r\n${smuggled}`),
    refused(400),
  ],
  ['chunked in quotes', post('Transfer-Encoding: "chunked"\r\n', `0\r\n\r\n${smuggled}`), refused(400)],
  ['chunked with a parameter', post('Transfer-Encoding: chunked;q=1\r\n', `0\r\n\r\n${smuggled}`), refused(400)],
  ['chunked behind a vertical tab', post('Transfer-Encoding: \x0bchunked\r\n', `0\r\n\r\n${smuggled}`), refused(400)],
  ['an empty Transfer-Encoding', post('Transfer-Encoding:\r\n', `0\r\n\r\n${smuggled}`), refused(400)],
  [
    'a space before the colon of Transfer-Encoding',
    post('Transfer-Encoding : chunked\r\n', `0\r\n\r\n${smuggled}`),
    refused(400),
  ],
  ['a folded Transfer-Encoding', post('Transfer-Encoding:\r\n chunked\r\n', `0\r\n\r\n${smuggled}`), refused(400)],
  [
    'chunked in HTTP/1.0',
    `POST /api/v1/bookings HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    refused(400),
  ],
  ['chunked in capitals', post(`${last}Transfer-Encoding: CHUNKED\r\n`, '5\r\nhello\r\n0\r\n\r\n'), passed('hello')],
  [
    'an underscored Transfer_Encoding',
    post(`${last}Transfer_Encoding: chunked\r\nContent-Length: 5\r\n`, 'hello'),
    passed('hello'),
  ],
  [
    'chunked that Connection names',
    chunked('5\r\nhello\r\n0\r\n\r\n', 'Connection: close, transfer-encoding\r\n'),
    passed('hello'),
  ],
];

const chunks: FramingCase[] = [
  ['a chunk that is none', chunked(`5\r\nhello\r\nXX\r\n${smuggled}`), refused(400)],
  ['a chunk of another length than it says', chunked(`5\r\nhelloX\r\n0\r\n\r\n${smuggled}`), refused(400)],
  ['a chunk without size', chunked(`\r\nhello\r\n0\r\n\r\n${smuggled}`), refused(400)],
  ['a chunk size with 0x', chunked(`0x5\r\nhello\r\n0\r\n\r\n${smuggled}`), refused(400)],
  ['a chunk size with a sign', chunked(`+5\r\nhello\r\n0\r\n\r\n${smuggled}`), refused(400)],
  ['a negative chunk size', chunked(`-5\r\nhello\r\n0\r\n\r\n${smuggled}`), refused(400)],
  ['a chunk size beyond 64 bits', chunked(`10000000000000005\r\nhello\r\n0\r\n\r\n${smuggled}`), refused(400)],
  ['a space before a chunk size', chunked(` 5\r\nhello\r\n0\r\n\r\n${smuggled}`), refused(400)],
  ['a space behind a chunk size', chunked(`5 \r\nhello\r\n0\r\n\r\n${smuggled}`), refused(400)],
  ['a bare line feed behind a chunk size', chunked(`5\nhello\r\n0\r\n\r\n${smuggled}`), refused(400)],
  ['a bare line feed behind a chunk', chunked(`5\r\nhello\n0\r\n\r\n${smuggled}`), refused(400)],
  ['a bare carriage return behind a chunk size', chunked(`5\rhello\r\n0\r\n\r\n${smuggled}`), refused(400)],
  ['a bare line feed in a chunk extension', chunked(`5;a\nb\r\nhello\r\n0\r\n\r\n${smuggled}`), refused(400)],
  ['chunk extensions of 20 KB', chunked(`5;a=${'x'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n${smuggled}`), refused(413)],
  ['a malformed trailer', chunked(`5\r\nhello\r\n0\r\nX : y\r\n\r\n${smuggled}`), refused(400)],
  ['a bare line feed as the end of trailers', chunked(`5\r\nhello\r\n0\r\nX: y\n\n${smuggled}`), refused(400)],
  ['a chunk extension', chunked('5;name=value\r\nhello\r\n0\r\n\r\n', last), passed('hello')],
  ['a chunk size with zeros in front', chunked('0005\r\nhello\r\n000\r\n\r\n', last), passed('hello')],
  ['many chunks', chunked(`${'1\r\nx\r\n'.repeat(500)}0\r\n\r\n`, last), passed('x'.repeat(500))],
  ['a trailer', chunked('5\r\nhello\r\n0\r\nX-User-Id: usr_admin\r\n\r\n', last), passed('hello')],
  [
    'what looks like a request in a chunk',
    chunked(`${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`, last),
    passed(smuggled),
  ],
  [
    'what looks like a request in a body',
    post(`${last}Content-Length: ${smuggled.length}\r\n`, smuggled),
    passed(smuggled),
  ],
];

const headers: FramingCase[] = [
  ['201 header lines', get(headerLines(200)), refused(431)],
  ['a header of 20 KB', get(`X: ${'a'.repeat(20_000)}\r\n`), refused(431)],
  [
    'a carriage return alone where headers end',
    `GET /api/v1/bookings HTTP/1.1\r\nHost: x\r\n\rX${smuggled}`,
    refused(400),
  ],
  ['bare line feeds', `GET /api/v1/bookings HTTP/1.1\nHost: x\n\n${smuggled}`, refused(400)],
  ['a bare line feed between headers', post('X: y\nContent-Length: 5\r\n', `hello${smuggled}`), refused(400)],
  ['a bare carriage return in a header', get('X: y\rContent-Length: 5\r\n'), refused(400)],
  ['a NUL in a header', get('X: y\0z\r\n'), refused(400)],
  ['a folded header line', post('X: 1\r\n Content-Length: 5\r\nContent-Length: 0\r\n', smuggled), refused(400)],
  ['a first header line that is folded', `GET /api/v1/bookings HTTP/1.1\r\n Host: x\r\n\r\n${smuggled}`, refused(400)],
  ['a header line without a colon', get('X\r\n'), refused(400)],
  ['a header without a name', get(': y\r\n'), refused(400)],
  ['a header name with a space', get('X Y: z\r\n'), refused(400)],
  ['a header name with a bracket', get('X(: z\r\n'), refused(400)],
  ['no Host', `GET /api/v1/bookings HTTP/1.1\r\n\r\n${smuggled}`, refused(400)],
  ['two Hosts', get('Host: evil.example\r\n'), refused(400)],
  ['a Host with a path', `GET /api/v1/bookings HTTP/1.1\r\nHost: x/y\r\n\r\n${smuggled}`, refused(400)],
  ['a Host with a user', `GET /api/v1/bookings HTTP/1.1\r\nHost: y@x\r\n\r\n${smuggled}`, refused(400)],
  [
    'an expectation that nobody knows',
    post('Expect: 200-ok\r\nContent-Length: 5\r\n', `hello${smuggled}`),
    refused(400),
  ],
  [
    'headers of another hop',
    post(`${last}Keep-Alive: max=1\r\nTE: trailers\r\nProxy-Connection: close\r\nContent-Length: 5\r\n`, 'hello'),
    passed('hello'),
  ],
];

const requestLines: FramingCase[] = [
  ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', refused(400)],
  ['a tunnel', line('CONNECT internal.example:443 HTTP/1.1'), refused(405)],
  ['a method in small letters', line('get /api/v1/bookings HTTP/1.1'), refused(400)],
  ['a method that nobody knows', line('SMUGGLE /api/v1/bookings HTTP/1.1'), refused(400)],
  [
    'two spaces before the address',
    `GET  /api/v1/bookings HTTP/1.1\r\nHost: x\r\n${last}\r\n`,
    { passed: 'GET /bookings', body: '' },
  ],
  ['a tab before the address', line('GET\t/api/v1/bookings HTTP/1.1'), refused(400)],
  ['a space in the address', line('GET /api/v1/book ings HTTP/1.1'), refused(400)],
  ['no version', line('GET /api/v1/bookings'), refused(400)],
  ['a version in small letters', line('GET /api/v1/bookings http/1.1'), refused(400)],
  ['HTTP/1.2', line('GET /api/v1/bookings HTTP/1.2'), refused(400)],
  ['HTTP/2.0', line('GET /api/v1/bookings HTTP/2.0'), refused(400)],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', refused(400)],
  ['words behind the version', line('GET /api/v1/bookings HTTP/1.1 HTTP/1.1'), refused(400)],
  ['another host in the address', line('GET http://evil.example/api/v1/bookings HTTP/1.1'), refused(400)],
  ['an empty line before the request', `\r\n${post(last, '')}`, passed('')],
];

/** Requests whose frame two programs could read differently, and some that look so. */
export const framingCases: readonly FramingCase[] = [...lengths, ...encodings, ...chunks, ...headers, ...requestLines];
