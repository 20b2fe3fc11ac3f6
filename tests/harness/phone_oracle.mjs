// google-libphonenumber (npm) as a process of its own: says of each phone on standard input what `marque phones
// --places` says, in the same form; with "examples" it prints the library's example numbers of every region and type.
import { createInterface } from "node:readline";
import library from "google-libphonenumber";

const { PhoneNumberFormat, PhoneNumberType, PhoneNumberUtil } = library;
const util = PhoneNumberUtil.getInstance();
const words = new Map(Object.entries(PhoneNumberType).map(([name, value]) => [value, name.toLowerCase()]));

function describe(text) {
  let number;
  try {
    number = util.parse(text);
  } catch {
    number = undefined;
  }
  if (!number || !util.isPossibleNumber(number)) return [text, "", "", "", "", "impossible"];
  const region = util.getRegionCodeForNumber(number) ?? "";
  const type = region ? words.get(util.getNumberType(number)) : "unknown";
  return [text, util.format(number, PhoneNumberFormat.E164), region, type, "", ""];
}

function printExamples() {
  const regions = [...util.getSupportedRegions(), "001"];
  for (const region of regions) {
    for (const [type, word] of words) {
      const number = region === "001" ? undefined : util.getExampleNumberForType(region, type);
      if (number) process.stdout.write(`${region}\t${word}\t${util.format(number, PhoneNumberFormat.E164)}\n`);
    }
  }
  for (const code of util.getSupportedGlobalNetworkCallingCodes()) {
    const number = util.getExampleNumberForNonGeoEntity(code);
    if (number) process.stdout.write(`001\tsatellite\t${util.format(number, PhoneNumberFormat.E164)}\n`);
  }
}

if (process.argv[2] === "examples") {
  printExamples();
} else {
  let out = "";
  for await (const line of createInterface({ input: process.stdin })) {
    out += `${describe(line).join("\t")}\n`;
    if (out.length > 1 << 16) {
      process.stdout.write(out);
      out = "";
    }
  }
  process.stdout.write(out);
}
