/** A request that is answered by an error: thrown wherever the answer is being made, told to the client in one place. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  /** The request or order that is refused; -1 for none. */
  readonly id: number;
  readonly code: number;

  constructor(id: number, code: number, text: string) {
    super(text);
    this.id = id;
    this.code = code;
  }
}

/** An error's code and text, before it is known whom it answers. */
export interface ErrorText {
  readonly code: number;
  readonly text: string;
}

/** @throws Refusal */
export function refuse(id: number, { code, text }: ErrorText): never {
  throw new Refusal(id, code, text);
}
