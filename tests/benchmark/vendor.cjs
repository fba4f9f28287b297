// The vendor's SDK, 99 requests in flight: node vendor.cjs <base url> <requests>. Prints what the
// other clients of the benchmark print.
const fs = require('fs');
const path = require('path');
const {DropCowboy} = require('dropcowboy');

const [baseUrl, count] = [process.argv[2], Number(process.argv[3])];
const inFlight = 99;
// The SDK does not put the credentials into the body of a send, where the service reads them.
const credentials = {team_id: 'team', secret: 'secret'};
const client = new DropCowboy({teamId: 'team', secret: 'secret', baseUrl});
const reference = path.join(__dirname, '..', 'data', 'reference_request.json');
const request = {...credentials, ...JSON.parse(fs.readFileSync(reference, 'utf8'))};

async function main() {
  let started = 0;
  let succeeded = 0;
  const worker = async () => {
    while (started < count) {
      const answer = await client.sendRvm({...request, foreign_id: `order-${started++}`});
      if (answer.status === 'queued') ++succeeded;
    }
  };
  const began = process.hrtime.bigint();
  const cpuBefore = process.cpuUsage();
  await Promise.all(Array.from({length: inFlight}, worker));
  const cpu = process.cpuUsage(cpuBefore);
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  console.log(JSON.stringify({
    client: 'vendor', threads: 1, requests: count, succeeded, seconds,
    per_second: count / seconds, cpu_us_per_request: (cpu.user + cpu.system) / count,
  }));
  if (succeeded !== count) process.exit(1);
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
