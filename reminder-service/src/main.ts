import { runService } from '@jetbridge/service-kit/lifecycle/run-service.ts';
import { loadConfig } from './config.ts';
import { createReminderService } from './service.ts';

await runService({ name: 'reminder-service', process, loadConfig, createService: createReminderService });
