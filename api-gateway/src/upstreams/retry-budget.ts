/** Each request earns a part of a retry, so that in the long run at most a tenth of the load is repeated. */
const earnedPerRequest = 0.1;

/** What may be saved up: the requests in flight when one instance of several breaks off. */
const maximumSaved = 200;

/** Keeps retries from multiplying the load of services that fail because of their load. */
type RetryBudget = { readonly earn: () => void; readonly spend: () => boolean };

/** One for all services together. */
export function createRetryBudget(): RetryBudget {
  let saved = maximumSaved;
  return {
    earn: () => {
      saved = Math.min(maximumSaved, saved + earnedPerRequest);
    },
    spend: () => {
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
  };
}
