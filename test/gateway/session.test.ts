import { EventName } from "@stoqey/ib";
import { describe, expect, it } from "vitest";
import { Gateway } from "../../brokers/gateway/gateway.js";
import { startOf } from "../../brokers/gateway/gateway-options.js";
import { gatewayData } from "./gateway-data.js";
import { RawClient } from "./raw-client.js";
import { NOON, startGateway } from "./started.js";
import { connectStoqey, once } from "./stoqey.js";

describe("a client that connects", () => {
  it("is spoken to in version 178 where its range does not end below it, and hung up on otherwise", async () => {
    const { port } = await startGateway();
    for (const [versions, agreed] of [
      ["v100..193", "178"],
      ["v157..178", "178"],
      ["v178", "178"],
      ["v100..193 +PACEAPI", "178"],
      ["v200..210", "178"],
    ]) {
      const client = await RawClient.dial(port);
      client.greet(versions);
      await client.until(() => client.messages.length > 0);
      expect(client.messages[0]).toEqual([agreed, "20200120 12:00:00 US/Eastern"]);
    }
    for (const versions of ["v100..177", "v157", "something"]) {
      const client = await RawClient.dial(port);
      client.greet(versions);
      await client.until(() => client.isClosed);
      expect(client.messages).toEqual([]);
    }
  });

  it("is told its accounts, its next order id and that the farms are connected, in this order", async () => {
    const { port } = await startGateway({ accounts: ["DU1234567", "DU7654321"] });
    const client = await RawClient.start(port, 3);
    await client.until(() => client.of(4).length === 5);
    expect(client.messages.slice(1, 3)).toEqual([
      ["15", "1", "DU1234567,DU7654321"],
      ["9", "1", "1"],
    ]);
    expect(client.of(4).map((fields) => fields[3])).toEqual(["2104", "2104", "2104", "2106", "2158"]);
  });

  it("is refused under an id that another client has, with 326", async () => {
    const { port } = await startGateway();
    await RawClient.start(port, 7);
    const second = await RawClient.start(port, 7);
    await second.until(() => second.isClosed);
    expect(second.errors(-1)).toEqual([
      { code: 326, text: "Unable to connect as the client id is already in use. Retry with a unique client id." },
    ]);
  });

  it("may have the id once the other client has gone", async () => {
    const { port } = await startGateway();
    const first = await RawClient.start(port, 7);
    first.hangUp();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const second = await RawClient.start(port, 7);
    expect(second.of(9)).toEqual([["9", "1", "1"]]);
  });

  it.each<[number | string, number, string]>([
    [-4, 321, "Client id -4 is out of range"],
    [2_147_483_648, 321, "Client id 2147483648 is out of range"],
    ["1.5", 320, 'field 3 is "1.5" and no whole number'],
    ["one", 320, 'field 3 is "one" and no whole number'],
  ])("is told in a sentence that its id cannot be %s", async (id, code, text) => {
    const { port } = await startGateway();
    const client = await RawClient.start(port, id);
    await client.until(() => client.isClosed);
    expect(client.errors(-1)).toEqual([{ code, text: expect.stringContaining(text) }]);
  });

  it("is hung up on when it is no client of TWS", async () => {
    const { port } = await startGateway();
    const client = await RawClient.dial(port);
    client.write(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
    await client.until(() => client.isClosed);
    expect(client.messages).toEqual([]);
  });

  it("may send its bytes in pieces of any size", async () => {
    const { port } = await startGateway();
    const client = await RawClient.dial(port);
    const bytes = Buffer.concat([
      Buffer.from("API\0\0\0\0\x09v100..193", "latin1"),
      Buffer.from("\0\0\0\x08"),
      Buffer.from("71\x002\x005\0\0"),
      Buffer.from("\0\0\0\x05"),
      Buffer.from("49\x001\0"),
    ]);
    for (const byte of bytes) {
      client.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await client.until(() => client.of(49).length === 1);
    expect(client.of(49)).toEqual([["49", "1", String(NOON / 1000)]]);
  });
});

describe("requests of a session", () => {
  it("that cannot be read get 320 and do not end the connection", async () => {
    const { port } = await startGateway();
    const client = await RawClient.start(port, 1);
    client.send(12345, 1);
    client.send(49, 1, "more");
    client.send(49, "x");
    client.send(17, 1);
    await client.until(() => client.of(15).length === 2);
    expect(client.errors(-1).filter(({ code }) => code === 320)).toEqual([
      { code: 320, text: "Error reading request. Unknown message id 12345" },
      { code: 320, text: "Error reading request. 1 fields are left over" },
      { code: 320, text: 'Error reading request. field 2 is "x" and no whole number' },
    ]);
  });

  it("tell the simulated time, which passes at the speed that was asked for", async () => {
    let wall = 0;
    const { port } = await startGateway({ speed: 60, wallClock: () => wall });
    const client = await RawClient.start(port, 1);
    client.send(49, 1);
    await client.until(() => client.of(49).length === 1);
    wall += 1_500;
    client.send(49, 1);
    await client.until(() => client.of(49).length === 2);
    expect(client.of(49).map((fields) => Number(fields[2]) - NOON / 1000)).toEqual([0, 90]);
  });

  it("that do not end by themselves are not held up by a market without bars ahead", async () => {
    const data = gatewayData("synthetic:bars=390,start=2020-01-06");
    const last = data.series[0].end[389];
    const { port } = await startGateway({ data, from: last, speed: "max" });
    const client = await RawClient.start(port, 1);
    client.send(49, 1);
    await client.until(() => client.of(49).length === 1);
    expect(client.of(49)[0][2]).toBe(String(last / 1000));
  });
});

describe("the limit of messages", () => {
  it("rejects the 51st in a second, and disconnects in the third second in which it is broken", async () => {
    let wall = 0;
    const { port } = await startGateway({ wallClock: () => wall, limits: { messageRate: true } });
    const client = await RawClient.start(port, 1);
    const burst = async (answered: number): Promise<void> => {
      for (let i = 0; i < 55; i++) client.send(17, 1);
      await client.until(() => client.isClosed || client.of(15).length + client.errors(-1).length >= answered);
    };
    const told = client.of(15).length + 5;
    await burst(told + 55);
    const [first] = client.errors(-1).filter(({ code }) => code === 100);
    expect(first.text).toBe("Max rate of messages per second has been exceeded:max=50 rec=51 (1)");
    expect(client.of(15)).toHaveLength(1 + 50);
    wall += 1_000;
    await burst(told + 110);
    expect(client.isClosed).toBe(false);
    wall += 1_000;
    await burst(Infinity);
    expect(client.isClosed).toBe(true);
    expect(client.errors(-1).at(-1)).toMatchObject({ code: 100, text: expect.stringMatching(/ \(3\)$/) });
  });

  it("can be switched off", async () => {
    const { port } = await startGateway({ limits: { messageRate: false } });
    const client = await RawClient.start(port, 1);
    for (let i = 0; i < 200; i++) client.send(17, 1);
    await client.until(() => client.of(15).length === 201);
    expect(client.errors(-1).filter(({ code }) => code === 100)).toEqual([]);
  });
});

describe("the unmodified client @stoqey/ib", () => {
  it("connects, and asks for accounts, ids and time without a decoding error", async () => {
    const { port } = await startGateway();
    const { api, errors, infos } = await connectStoqey(port, 5);
    expect(api.serverVersion).toBe(178);
    const accounts = once(api, EventName.managedAccounts);
    api.reqManagedAccts();
    expect(await accounts).toEqual(["DU1234567"]);
    const id = once(api, EventName.nextValidId);
    api.reqIds();
    expect(await id).toEqual([1]);
    const time = once(api, EventName.currentTime);
    api.reqCurrentTime();
    expect((await time)[0]).toBeGreaterThanOrEqual(NOON / 1000);
    const user = once(api, EventName.userInfo);
    api.reqUserInfo(44);
    expect(await user).toEqual([44, ""]);
    expect(errors).toEqual([]);
    expect(infos.map(({ code }) => code)).toEqual([2104, 2104, 2104, 2106, 2158]);
  });
});

describe("a gateway that cannot be started", () => {
  it("says that its port is taken", async () => {
    const { port } = await startGateway();
    await expect(startGateway({ port })).rejects.toThrow(
      `Port ${port} is taken by another program. Name another port with --port, or end that program`,
    );
  });

  it("says which account it cannot have", async () => {
    await expect(startGateway({ accounts: ["U1234567"] })).rejects.toThrow('"U1234567" cannot be the id');
    await expect(startGateway({ accounts: ["DU1", "DU1"] })).rejects.toThrow("cannot be the id");
    await expect(startGateway({ accounts: ["DU1234567", "DU1234567"] })).rejects.toThrow("named twice");
  });

  it("says between which dates it may begin", async () => {
    await expect(Gateway.listen({ data: gatewayData("sample"), port: 0, from: 0 })).rejects.toThrow(
      "1970-01-01T00:00:00.000Z lies outside of the data, which lasts from 2000-",
    );
  });

  it("begins with the first bar on the date of that, whose midnight lies in front of it", () => {
    const data = gatewayData("synthetic:bars=780,bar=1min,start=2020-01-06,seed=3");
    const first = data.series[0].start[0];
    expect(startOf(data, Date.UTC(2020, 0, 6, 5))).toBe(first);
    expect(startOf(data, first + 60_000)).toBe(first + 60_000);
    expect(() => startOf(data, Date.UTC(2020, 0, 5, 5))).toThrow("lies outside of the data");
  });
});
