import type { Airport, City } from '@jetbridge/contracts/flights/schemas.ts';
import { fold } from '../fold.ts';

/** Looks up airports by what travellers call a place. */
export function createPlaces(
  airports: readonly Pick<Airport, 'code' | 'cityCode' | 'city'>[],
  cities: readonly Pick<City, 'code' | 'name'>[],
) {
  const byCode = new Map<string, string[]>();
  const cityCodesByName = new Map<string, Set<string>>();
  for (const { code, cityCode, city } of airports) {
    for (const either of new Set([code, cityCode])) byCode.set(either, [...(byCode.get(either) ?? []), code]);
    nameCity(city, cityCode);
  }
  for (const { code, name } of cities) if (byCode.has(code)) nameCity(name, code);

  function nameCity(name: string, code: string): void {
    const folded = fold(name);
    cityCodesByName.set(folded, (cityCodesByName.get(folded) ?? new Set()).add(code));
  }

  return {
    /**
     * Codes of the airports that a place names: an airport, a metropolitan area, or a city by its exact name, in which
     * case all airports that serve it (Newark serves New York). None for an unknown name, or one of several cities.
     */
    airportCodesOf(place: string): readonly string[] {
      const known = byCode.get(place.trim().toUpperCase());
      if (known) return known;
      const [cityCode, ...others] = cityCodesByName.get(fold(place)) ?? [];
      return cityCode === undefined || others.length > 0 ? [] : (byCode.get(cityCode) ?? []);
    },
  };
}
