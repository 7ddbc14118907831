import { runService } from '@jetbridge/service-kit/lifecycle/run-service.ts';
import { loadConfig } from './config.ts';
import { createBookingService } from './service.ts';

await runService({ name: 'booking-service', process, loadConfig, createService: createBookingService });
