import { placeBookingRoute } from '@jetbridge/contracts/bookings/routes.ts';
import { bindRoute } from '@jetbridge/service-kit/http/app.ts';
import type { CreateService } from '@jetbridge/service-kit/lifecycle/service.ts';
import { openServiceBase, type ServiceConfig } from '@jetbridge/service-kit/lifecycle/service-base.ts';
import { createFlightStore } from './flight-store.ts';
import { defineModels } from './models.ts';
import { createSeller } from './sell.ts';

// The same tables, by the files that make them: a comparison over others would say nothing.
const migrations = new URL('../../../booking-service/migrations/', import.meta.url);

/** Puts the plain seller together. */
export const createPlainSeller: CreateService<ServiceConfig> = async (config, context) => {
  const base = await openServiceBase('booking-service', { config, context, migrations });
  const { database, clock } = base;
  const models = defineModels(database.sequelize);
  const flights = createFlightStore({ database, models, client: base.clientOf('flight-search-service') });
  const seller = createSeller({ database, models, flights, clock });
  return base.serve({
    routes: [
      bindRoute(placeBookingRoute, ({ caller, body, header, requestId }) =>
        seller.placeBooking({ userId: caller.userId, order: body, key: header('idempotency-key'), requestId }),
      ),
    ],
    translateError: () => undefined,
  });
};
