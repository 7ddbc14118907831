import { type GatewayName, gatewayNames, openGatewayWorld } from './gateways.ts';
import { type Exactness, measureExactness } from './measure-exactness.ts';
import { type MemoryUse, measureMemory } from './measure-memory.ts';
import { createWrk, type Turn } from './wrk.ts';

export type GatewayOptions = {
  /** Measured at each turn. */
  readonly seconds: number;
  readonly rounds: number;
  /** How long the memory of ours is watched under load; 0 leaves it out. */
  readonly minutes: number;
  readonly say: (sentence: string) => void;
  readonly signal?: AbortSignal;
};

/** The median of a gateway's turns, each figure for itself. */
export type Figures = Omit<Turn, 'wrongAnswers'> & { readonly wrongAnswers: number };

export type GatewayReport = {
  readonly options: Omit<GatewayOptions, 'say' | 'signal'>;
  readonly figures: Readonly<Record<GatewayName, Figures>>;
  readonly exactness: Exactness;
  readonly memory: MemoryUse | undefined;
  readonly findings: readonly Finding[];
};

/** A figure beside what it is to be. */
export type Finding = {
  readonly title: string;
  readonly figure: string;
  readonly target: string;
  readonly isMet: boolean;
};

const warmUpSeconds = 3;
const accounts = 50;
const path = '/api/v1/flights?origin=LHR&destination=JFK';

/** As high as no load gets, so that what is measured is the counting and not the refusing. */
const unreachable = { RATE_LIMIT_PER_MINUTE: '1000000000', RATE_LIMIT_PER_ACCOUNT: '1000000000' };

/** Loads four gateways before one service by turns; then proves that limits are exact; then watches the memory. */
export async function measureGateway(options: GatewayOptions): Promise<GatewayReport> {
  const { rounds, seconds, minutes, say, signal } = options;
  await using closing = new AsyncDisposableStack();
  const world = await openGatewayWorld();
  closing.defer(world.stop);
  const tokens = Array.from({ length: accounts }, () => world.issuer.user().token);
  const load = createWrk({ folder: world.folder, path, tokens });
  const gateways = { ...(await world.startOthers()), jetbridge: await world.startJetbridge(unreachable) };
  const turns: Record<GatewayName, Turn[]> = { nginx: [], bare: [], stock: [], jetbridge: [] };

  for (const name of gatewayNames) await load(gateways[name], warmUpSeconds);
  for (let round = 1; round <= rounds && !signal?.aborted; round++) {
    for (const name of gatewayNames) turns[name].push(await load(gateways[name], seconds));
    const rates = gatewayNames.map((name) => `${name} ${Math.round(turns[name].at(-1)?.perSecond ?? 0)}/s`);
    say(`  round ${round}: ${rates.join(', ')}`);
  }
  await gateways.jetbridge.stop();
  const exactness = await measureExactness(world, say);
  const memory =
    minutes > 0 ? await measureMemory({ world, load, settings: unreachable, minutes, say, signal }) : undefined;
  const figures = {
    nginx: figuresOf(turns.nginx),
    bare: figuresOf(turns.bare),
    stock: figuresOf(turns.stock),
    jetbridge: figuresOf(turns.jetbridge),
  };
  const asked = { seconds, rounds, minutes };
  return { options: asked, figures, exactness, memory, findings: findingsOf(figures, exactness, memory) };
}

function figuresOf(turns: readonly Turn[]): Figures {
  const medianOf = (figure: (turn: Turn) => number) => {
    const sorted = turns.map(figure).toSorted((one, other) => one - other);
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  };
  return {
    perSecond: medianOf((turn) => turn.perSecond),
    medianMs: medianOf((turn) => turn.medianMs),
    p99Ms: medianOf((turn) => turn.p99Ms),
    cpuMsPerRequest: medianOf((turn) => turn.cpuMsPerRequest),
    othersSeconds: medianOf((turn) => turn.othersSeconds),
    wrongAnswers: turns.reduce((sum, turn) => sum + turn.wrongAnswers, 0),
  };
}

const targets = { shareOfNginx: 0.2, p99OfNginx: 5, inexactness: 0.01, memoryGrowth: 0.1 } as const;

function findingsOf(
  { nginx, bare, stock, jetbridge }: Readonly<Record<GatewayName, Figures>>,
  exactness: Exactness,
  memory: MemoryUse | undefined,
): Finding[] {
  const share = jetbridge.perSecond / nginx.perSecond;
  const slowness = jetbridge.p99Ms / nginx.p99Ms;
  const wrong = nginx.wrongAnswers + bare.wrongAnswers + stock.wrongAnswers + jetbridge.wrongAnswers;
  const findings = [
    finding('requests/s, of nginx', share, targets.shareOfNginx, 'at least'),
    finding('p99, of nginx', slowness, targets.p99OfNginx, 'at most'),
    finding('wrong answers', wrong, 0, 'at most'),
    finding('inexactness of limits', exactness.largestError, targets.inexactness, 'at most'),
  ];
  if (memory) findings.push(finding('growth of memory', memory.growth, targets.memoryGrowth, 'at most'));
  return findings;
}

function finding(title: string, figure: number, target: number, kind: 'at least' | 'at most'): Finding {
  const isMet = kind === 'at least' ? figure >= target : figure <= target;
  return { title, figure: shown(figure), target: `${kind} ${shown(target)}`, isMet };
}

const shown = (figure: number) => (Number.isInteger(figure) ? String(figure) : figure.toFixed(3));
