// `npm run prove -- NAME [options]`: programs that try to break a promise of this system, and report whether it held.
import { runProgramByName } from './program.ts';
import { reloadProof } from './reload/reload-proof.ts';
import { salesProof } from './sales-proof/sales-proof.ts';
import { searchProof } from './search/search-proof.ts';

process.exitCode = await runProgramByName('prove', [reloadProof, salesProof, searchProof]);
