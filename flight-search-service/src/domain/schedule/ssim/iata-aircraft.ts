/** Types of the fleet by the codes that IATA gives to aircraft (SSIM, appendix A); a group's code is its usual type. */
const iataCodes = {
  C208: ['CN1', 'CNC', 'CNA'],
  AT76: ['AT7', 'ATR', '72S', '72F'],
  DH8D: ['DH4', 'DH8'],
  CRJ2: ['CR1', 'CR2', 'CRJ'],
  CRJ7: ['CR7'],
  CRJ9: ['CR9', 'CRK'],
  E175: ['E70', 'E75', 'E7W', 'EMJ'],
  E190: ['E90', 'E95', '290', '295'],
  BCS3: ['221', '223', 'CS1', 'CS3'],
  B712: ['717'],
  MD80: ['M80', 'M81', 'M82', 'M83', 'M87', 'M88'],
  MD90: ['M90'],
  DC95: ['D95', 'DC9'],
  A319: ['319', '31A', '31B', '31N'],
  A320: ['320', '32A', '32S', '32N'],
  A21N: ['321', '32B', '32Q'],
  B38M: ['7M7', '7M8', '7M9', '7MJ', '7S8'],
  B734: ['733', '734', '735'],
  B737: ['736', '73G', '73W'],
  B738: ['737', '738', '73H', '739', '73J'],
  B752: ['752', '757', '75W', '753'],
  B762: ['762'],
  B763: ['763', '767', '76W', '764'],
  A333: ['330', '332', '333', '338', '339'],
  A359: ['350', '359', '351'],
  A388: ['380', '388'],
  B77W: ['773', '77W'],
  B772: ['772', '777', '77L'],
  B789: ['781', '787', '788', '789'],
} as const satisfies Record<string, readonly string[]>;

const typesByIataCode: ReadonlyMap<string, string> = new Map(
  Object.entries(iataCodes).flatMap(([type, codes]) => codes.map((code) => [code, type])),
);

/** The type of the fleet that an IATA code names; undefined for freighters, buses, trains and what the fleet lacks. */
export const typeOfIataCode = (code: string): string | undefined => typesByIataCode.get(code);
