/** Where TWS and IB Gateway listen unless they are told otherwise. */
export const PORTS = {
  "tws-live": 7496,
  "tws-paper": 7497,
  "gateway-live": 4001,
  "gateway-paper": 4002,
} as const;

export type PortName = keyof typeof PORTS;

/** The name of a usual port; undefined for another one. */
export function portName(port: number): PortName | undefined {
  return (Object.keys(PORTS) as PortName[]).find((name) => PORTS[name] === port);
}

/** Client ids are whole numbers from 0 on; 0 also sees the orders that are made by hand in TWS. */
export const MOST_CLIENT_ID = 2_147_483_647;
