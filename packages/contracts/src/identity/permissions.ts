/** Every permission there is. Roles combine them; the list itself changes only with the code. */
export const permissions = [
  'users:read',
  'users:write',
  'roles:read',
  'roles:write',
  'audit:read',
  'catalogue:write',
  'flights:write',
  'bookings:read:any',
  'bookings:write:any',
  'reminders:read',
  'reminders:write',
  'webhooks:write',
  'reports:read',
] as const;

export type Permission = (typeof permissions)[number];

/** The roles that always exist. They can't be deleted. */
export const builtInRoles = {
  admin: { description: 'May do everything', permissions },
  support: {
    description: 'Helps customers: reads everything, changes bookings',
    permissions: [
      'users:read',
      'roles:read',
      'audit:read',
      'bookings:read:any',
      'bookings:write:any',
      'reminders:read',
      'reports:read',
    ],
  },
  user: { description: 'Searches and books for themselves', permissions: [] },
} as const satisfies Record<string, { description: string; permissions: readonly Permission[] }>;

export type BuiltInRole = keyof typeof builtInRoles;
