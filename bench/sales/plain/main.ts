// The plain seller of `npm run bench -- sales`: what a competent team would write over the same tables and the same HTTP
// stack, with one row-locked transaction per step of a sale. It holds, charges and confirms; nothing else is measured.
import { runService } from '@jetbridge/service-kit/lifecycle/run-service.ts';
import { loadConfig } from './config.ts';
import { createPlainSeller } from './service.ts';

await runService({ name: 'booking-service', process, loadConfig, createService: createPlainSeller });
