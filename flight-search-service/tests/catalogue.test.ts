import { airline, airplane, airport } from '@jetbridge/contracts/flights/schemas.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { expect, test } from 'vitest';
import { useFlightService } from './flight-world.ts';

describeOnEachDatabase('the catalogue', (database) => {
  const world = useFlightService(database);
  const get = (path: string) => call(world().url, `GET ${path}`);
  const codes = async (path: string): Promise<string[]> =>
    (await get(path)).body.data.map((item: { code?: string; id?: string }) => item.code ?? item.id);

  test.for([
    ['/airports?q=jfk', ['JFK']],
    ['/airports?q=LH&limit=200', expect.arrayContaining(['LHR', 'LHE'])],
    ['/airports?q=Z%C3%BCrich', expect.arrayContaining(['ZRH'])],
    ['/airports?q=zurich', expect.arrayContaining(['ZRH'])],
    ['/airports?q=ZU%CC%88RICH', expect.arrayContaining(['ZRH'])],
    ['/airports?q=sao%20paulo', expect.arrayContaining(['CGH', 'GRU'])],
    ['/airlines?q=british', ['BA']],
    ['/airlines?q=ba', expect.arrayContaining(['BA'])],
    ['/airplanes?q=boeing%20777', ['apl_boeing_777_200', 'apl_boeing_777_300er']],
    ['/airports?q=%25', []],
    ['/airports?q=_FK', []],
    ['/airports?q=%27%20OR%201=1', []],
    ['/airports?q=nowhere', []],
  ] as const)('%s finds %s', async ([path, found]) => {
    expect(await codes(path)).toEqual(found);
  });

  test.for([
    ['/airports', airport, 'code'],
    ['/airlines', airline, 'code'],
    ['/airplanes', airplane, 'id'],
  ] as const)('pages of %s hold each once, in order, and each can be read', async ([path, schema, key]) => {
    const paged: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null && paged.length < 1_000) {
      const { body }: { body: { data: Record<string, string>[]; nextCursor: string | null } } = await get(
        `${path}?limit=200${cursor && `&cursor=${cursor}`}`,
      );
      for (const item of body.data) expect(schema.parse(item)).toEqual(item);
      paged.push(...body.data.map((item) => item[key] ?? ''));
      cursor = body.nextCursor;
    }
    expect(new Set(paged).size).toBe(paged.length);
    expect(paged).toEqual(paged.toSorted());
    expect(paged.length).toBeGreaterThan(30);
    const one = await get(`${path}/${paged[0]}`);
    expect(schema.parse(one.body)).toEqual(one.body);
    const foreign = await get(`${path}?q=a&cursor=${(await get(`${path}?limit=1`)).body.nextCursor}`);
    expect(foreign.body).toMatchObject({ status: 400, code: 'invalid_cursor' });
  });

  test.for([
    ['/airports/ZZZ', 'airport_not_found'],
    ['/airports/jfk', 'airport_not_found'],
    ['/airlines/Q9', 'airline_not_found'],
    ['/airplanes/apl_paper', 'airplane_not_found'],
    ['/airplanes/__proto__', 'airplane_not_found'],
  ] as const)('%s is unknown: 404', async ([path, code]) => {
    expect((await get(path)).body).toMatchObject({ status: 404, code });
  });

  test.for(['/airports', '/airlines', '/airplanes'])('%s refuses what it does not know, by its name', async (path) => {
    for (const query of ['limit=0', 'limit=201', 'q=', 'name=x', 'limit=1&limit=2']) {
      const refused = await get(`${path}?${query}`);
      expect(refused.body, query).toMatchObject({ status: 422, code: 'invalid_request' });
      expect(refused.body.errors[0].parameter).toBe(query.split('=')[0]);
    }
    expect((await get(`${path}?cursor=nonsense`)).body).toMatchObject({ status: 400, code: 'invalid_cursor' });
    expect((await get(`${path}?limit=1`)).status).toBe(200);
  });
});
