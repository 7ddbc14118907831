import { runService } from '@jetbridge/service-kit/lifecycle/run-service.ts';
import { loadConfig } from './config.ts';
import { createFlightSearchService } from './service.ts';

await runService({ name: 'flight-search-service', process, loadConfig, createService: createFlightSearchService });
