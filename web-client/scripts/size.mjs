/** Prints what the page costs on the wire and refuses more than it may: `npm run size`. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync, constants } from 'node:zlib';

/** What has to be there before the button is seen and works: at 40 kbit/s a kilobyte is 0.2 s. */
const FIRST_PART_LIMIT = 5_000;
/** The rest of the document comes while the person taps and the server answers. */
const BEFORE_VOICE_LIMIT = 13_400;
/** The most that a patient's page ever loads, in the language that takes most. */
const PATIENT_CLIENT_LIMIT = 64_000;
const WHOLE_CLIENT_LIMIT = 90_000;
/** The staff's pages are loaded once a day, at a desk; what a colleague on a bus loads should still come. */
const STAFF_PAGES_LIMIT = 60_000;
/** Who types a code has no better network than who taps a link, and the page of the call still to come. */
const CODE_PAGE_LIMIT = 5_000;

/** As sent: the .br where there is one. */
function sentBytes(path) {
  return statSync(existsSync(`${path}.br`) ? `${path}.br` : path).size;
}

/** How much of the compressed document a browser needs before it can run the first script. */
function firstPartBytes(page) {
  const compressed = readFileSync(`${page}.br`);
  const needed = readFileSync(page).indexOf('</script>') + '</script>'.length;
  const isEnough = (bytes) => unfolded(compressed.subarray(0, bytes)) >= needed;
  let [least, most] = [0, compressed.length];
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    if (isEnough(middle)) most = middle;
    else least = middle;
  }
  return most;
}

/** Bytes that come out of the beginning of a compressed file. */
function unfolded(beginning) {
  if (beginning.length === 0) return 0;
  const options = { finishFlush: constants.BROTLI_OPERATION_FLUSH };
  return brotliDecompressSync(beginning, options).length;
}

const dist = process.argv[2] ?? fileURLToPath(new URL('../dist', import.meta.url));
if (!existsSync(join(dist, 'index.html'))) {
  process.stderr.write(`${dist}/index.html is missing: run npm run build first\n`);
  process.exit(1);
}
const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.endsWith('.br'))
  .map((entry) => join(entry.parentPath, entry.name));
const isOfTheCode = (path) => /\/code[.-][^/]*$/.test(path);
const isOfTheStaff = (path) => /\/clinic[.-][^/]*$/.test(path);
const beforeVoice = sentBytes(join(dist, 'index.html'));
/** What only practitioners load, what is a page of its own afterwards, and languages that a page is not in. */
const NOT_FOR_PATIENTS = /\/(desk|visit|clinic|code|en|ko)[-.][^/]*$/;
const sum = (paths) => paths.reduce((bytes, path) => bytes + sentBytes(path), 0);
const languages = files.filter((path) => /\/(en|ko)-[^/]*\.js$/.test(path)).map(sentBytes);
const patients = files.filter((path) => !NOT_FOR_PATIENTS.test(path));
const patientClient = sum(patients) + Math.max(0, ...languages);
const wholeClient = sum(files.filter((path) => !isOfTheStaff(path) && !isOfTheCode(path)));
const staffPages = sum(files.filter(isOfTheStaff));
const codePage = sum(files.filter(isOfTheCode));
const firstPart = firstPartBytes(join(dist, 'index.html'));
process.stdout.write(
  `first_part_bytes=${firstPart}\nbefore_voice_bytes=${beforeVoice}\npatient_client_bytes=${patientClient}\nwhole_client_bytes=${wholeClient}\nstaff_pages_bytes=${staffPages}\ncode_page_bytes=${codePage}\n`,
);
if (
  firstPart > FIRST_PART_LIMIT ||
  beforeVoice > BEFORE_VOICE_LIMIT ||
  patientClient > PATIENT_CLIENT_LIMIT ||
  wholeClient > WHOLE_CLIENT_LIMIT ||
  staffPages > STAFF_PAGES_LIMIT ||
  codePage > CODE_PAGE_LIMIT
) {
  process.stderr.write(
    `over the limit of ${FIRST_PART_LIMIT} in the first part, ${BEFORE_VOICE_LIMIT} before the voice, ${PATIENT_CLIENT_LIMIT} for a patient, ${WHOLE_CLIENT_LIMIT} in all, ${STAFF_PAGES_LIMIT} of the staff's pages or ${CODE_PAGE_LIMIT} of the one for codes\n`,
  );
  process.exit(1);
}
