// `npm run bench -- NAME [options]`: measures a part of this system, side by side with what it is to be compared with.
import { gatewayBench } from './gateway/gateway-bench.ts';
import { loginsBench } from './logins/logins-bench.ts';
import { runProgramByName } from './program.ts';
import { remindersBench } from './reminders/reminders-bench.ts';
import { salesBench } from './sales/sales-bench.ts';
import { searchBench } from './search/search-bench.ts';
import { tokensBench } from './tokens/tokens-bench.ts';

process.exitCode = await runProgramByName('bench', [
  salesBench,
  searchBench,
  gatewayBench,
  remindersBench,
  tokensBench,
  loginsBench,
]);
