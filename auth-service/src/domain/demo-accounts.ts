/** The password of all demo accounts. It is published with the code, so production refuses it. */
export const demoPassword = 'jetbridge-demo';

/** Accounts to try everything with, one per built-in role. Made outside production when no first admin is set. */
export const demoAccounts = [
  { email: 'admin@jetbridge.example', name: 'Demo Admin', role: 'admin' },
  { email: 'support@jetbridge.example', name: 'Demo Support', role: 'support' },
  { email: 'demo@jetbridge.example', name: 'Demo Traveller', role: 'user' },
] as const satisfies readonly { email: string; name: string; role: 'admin' | 'support' | 'user' }[];
