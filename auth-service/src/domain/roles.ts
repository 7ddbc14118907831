import type { BuiltInRole } from '@jetbridge/contracts/identity/permissions.ts';

const builtIn = { admin: true, support: true, user: true } as const satisfies Record<BuiltInRole, true>;

/** Whether a role belongs to the program: it is always there. */
export const isBuiltIn = (name: string): boolean => Object.hasOwn(builtIn, name);

/** Whether a role is always what the code says: somebody has to be able to do everything. */
export const isFixed = (name: string): boolean => name === 'admin';
