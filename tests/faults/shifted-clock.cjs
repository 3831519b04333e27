// What if the clock of the machine is wrong, or is set while a build runs? Loaded into the command before its own code: the
// clock is off by CLOCK_OFF_MS, from the CLOCK_FROM-th time on that somebody asks it.

const off = Number(process.env.CLOCK_OFF_MS);
const from = Number(process.env.CLOCK_FROM);
const Real = Date;
let asked = 0;

function shifted() {
  asked++;
  return Real.now() + (asked >= from ? off : 0);
}

globalThis.Date = class extends Real {
  constructor(...given) {
    super(...(given.length === 0 ? [shifted()] : given));
  }

  static now() {
    return shifted();
  }
};
