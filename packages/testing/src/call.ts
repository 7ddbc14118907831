/** What a call got back, its JSON already read. */
export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  // Tests look into answers of every form; a wrong guess fails the test that made it.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly body: any;
};

/** Calls `method path` below `baseUrl`, with a JSON body where one is given (a string is sent as it is). */
export async function call(
  baseUrl: string,
  request: `${'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'} ${string}`,
  options: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const [method, path] = request.split(' ', 2);
  const { token, body, headers } = options;
  const response = await fetch(`${baseUrl}${path}`, {
    method: method ?? 'GET',
    headers: {
      // A service that stops waits 4 s for connections that are kept: tests that start many of them would wait each time.
      Connection: 'close',
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson && text !== '' ? JSON.parse(text) : text };
}
