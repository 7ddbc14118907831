// `npm run prove -- NAME [options]`: programs that try to break a promise of this system, and report whether it held.
import { changesProof } from './changes-proof/changes-proof.ts';
import { runProgramByName } from './program.ts';
import { reloadProof } from './reload/reload-proof.ts';
import { remindersProof } from './reminders-proof/reminders-proof.ts';
import { salesProof } from './sales-proof/sales-proof.ts';
import { searchProof } from './search/search-proof.ts';
import { waitlistProof } from './waitlist-proof/waitlist-proof.ts';

const proofs = [reloadProof, salesProof, changesProof, waitlistProof, searchProof, remindersProof];
process.exitCode = await runProgramByName('prove', proofs);
