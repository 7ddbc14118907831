import { type Answer, call } from '@jetbridge/testing/call.ts';
import { Ajv2020 } from 'ajv/dist/2020.js';

/**
 * Calls like `call`, and holds the answer against the API document of the gateway that is called: its status, media type,
 * headers and body must stand there, with no member that is not described.
 * @throws UndocumentedAnswer naming everything that differs.
 */
export const checkedCall: typeof call = async (baseUrl, request, options) => {
  const answer = await call(baseUrl, request, options);
  const [method = '', address = ''] = request.split(' ', 2);
  const { origin, pathname } = new URL(`${baseUrl}${address}`);
  const document = await documentOf(origin);
  const differences = document.differencesOf(method.toLowerCase(), pathname, answer);
  if (differences.length === 0) return answer;
  const said = `${request} answered ${answer.status} ${JSON.stringify(answer.body)}`;
  throw new UndocumentedAnswer(`${said}\nThe API document has it otherwise:\n- ${differences.join('\n- ')}`);
};

export class UndocumentedAnswer extends Error {
  override readonly name = 'UndocumentedAnswer';
}

/** The parts of an OpenAPI document that answers are held against. */
type Header = { readonly $ref?: string; readonly required?: boolean };
type Response = {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, Header>>;
  readonly content?: Readonly<Record<string, unknown>>;
};
type Operation = { readonly responses: Readonly<Record<string, Response>> };
type PathItem = Readonly<Record<string, Operation>>;
type Document = { readonly paths: Readonly<Record<string, PathItem>> };

type CheckingDocument = { differencesOf: (method: string, path: string, answer: Answer) => string[] };

const documents = new Map<string, Promise<CheckingDocument>>();

/** The document of a gateway, read once. */
function documentOf(origin: string): Promise<CheckingDocument> {
  const known = documents.get(origin);
  if (known) return known;
  const loading = call(origin, 'GET /openapi.json').then(({ body }) => createCheckingDocument(body));
  documents.set(origin, loading);
  return loading;
}

/** What may meet a request before it has come to an operation; the document says so in its introduction. */
const beforeAnyOperation: Readonly<Record<number, string>> = {
  408: 'request_timeout',
  414: 'address_too_long',
  431: 'headers_too_large',
};

function createCheckingDocument(document: Document): CheckingDocument {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema(document, 'document');

  function schemaDifferences(pointer: string, body: unknown): string[] {
    const validate = ajv.getSchema(`document${encodeURI(pointer)}`);
    if (!validate) return [`no schema stands at ${pointer}`];
    if (validate(body)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath || 'the body'} ${message} ${JSON.stringify(params)}`,
    );
  }

  function problemDifferences(answer: Answer, code: string): string[] {
    if (answer.body?.code !== code) return [`only the problem ${code} is known with this status here`];
    return schemaDifferences('#/components/schemas/Problem', answer.body);
  }

  function differencesOf(method: string, path: string, answer: Answer): string[] {
    const address = findAddress(document, path);
    const codeBefore = beforeAnyOperation[answer.status];
    if (codeBefore) return problemDifferences(answer, codeBefore);
    if (address === undefined)
      return answer.status === 404 ? problemDifferences(answer, 'not_found') : ['no such path'];
    const operationName = method === 'head' ? 'get' : method;
    const operation = document.paths[address]?.[operationName];
    if (!operation)
      return answer.status === 405 ? problemDifferences(answer, 'method_not_allowed') : ['no such method'];
    const written = operation.responses[answer.status];
    if (!written) return [`only ${Object.keys(operation.responses).join(', ')} are known`];
    const pointer =
      written.$ref ?? `#/paths/${address.replaceAll('/', '~1')}/${operationName}/responses/${answer.status}`;
    const response: Response = written.$ref ? resolve(document, written.$ref) : written;
    return [
      ...headerDifferences(document, response, answer),
      ...(method === 'head' ? [] : contentDifferences(response, pointer, answer)),
      ...(answer.body?.requestId !== undefined && answer.body.requestId !== answer.headers.get('x-request-id')
        ? ['requestId is not that of the header X-Request-ID']
        : []),
    ];
  }

  function contentDifferences(response: Response, pointer: string, answer: Answer): string[] {
    if (!response.content) return answer.body === '' ? [] : ['it should have no body'];
    const [mediaType = ''] = (answer.headers.get('content-type') ?? '').split(';');
    if (!(mediaType in response.content)) {
      return [`the media type is ${mediaType || 'missing'} instead of ${Object.keys(response.content).join(', ')}`];
    }
    return schemaDifferences(`${pointer}/content/${mediaType.replaceAll('/', '~1')}/schema`, answer.body);
  }

  return { differencesOf };
}

function headerDifferences(document: Document, response: Response, answer: Answer): string[] {
  return Object.entries(response.headers ?? {})
    .filter(([, header]) => (header.$ref ? resolve<Header>(document, header.$ref) : header).required)
    .filter(([name]) => !answer.headers.has(name))
    .map(([name]) => `the header ${name} is missing`);
}

/** The path of the document that an address belongs to: the one with the most segments written out. */
function findAddress(document: Document, path: string): string | undefined {
  const given = path.split('/');
  const isVariable = (segment: string) => segment.startsWith('{');
  const variables = (address: string) => address.split('/').filter(isVariable).length;
  return Object.keys(document.paths)
    .filter((address) => {
      const segments = address.split('/');
      return (
        segments.length === given.length &&
        segments.every((segment, index) => segment === given[index] || (isVariable(segment) && given[index] !== ''))
      );
    })
    .toSorted((one, other) => variables(one) - variables(other))[0];
}

/** What stands at a reference; a test of the contracts sees to it that each leads to a thing of its kind. */
function resolve<T>(document: Document, reference: string): T {
  const steps = reference.slice(2).split('/');
  return steps.reduce<unknown>((value, step) => (value as Record<string, unknown>)[step], document) as T;
}
