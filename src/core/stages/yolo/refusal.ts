/** Carries a refusal out of the helpers of `readYoloContract`, which turns it into data; it never leaves this room. */
export class Refusal extends Error {}
