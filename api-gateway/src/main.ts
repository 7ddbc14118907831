import process from 'node:process';
import { runService } from '@jetbridge/service-kit/lifecycle/run-service.ts';
import { loadConfig } from './config.ts';
import { createGateway } from './service.ts';

await runService({
  name: 'api-gateway',
  process,
  loadConfig,
  createService: createGateway({ accessLog: process.stdout }),
});
