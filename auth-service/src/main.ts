import process from 'node:process';
import { runService } from '@jetbridge/service-kit/lifecycle/run-service.ts';
import { loadConfig } from './config.ts';
import { createAuthService } from './service.ts';

await runService({ name: 'auth-service', process, loadConfig, createService: createAuthService });
