// Makes each of the calls of the vendor's SDK once: node vendor.cjs <calls.json>. The address and
// the credentials come from the environment. Prints a line per call; any failure ends it.
const fs = require('fs');
const {DropCowboy} = require('dropcowboy');

const {DROPCOWBOY_TEAM_ID: teamId, DROPCOWBOY_SECRET: secret, DROPCOWBOY_BASE_URL: baseUrl} =
    process.env;
const calls = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const client = new DropCowboy({teamId, secret, baseUrl});

// The SDK does not put the credentials into the body of a send, where the service reads them.
const credentials = {team_id: teamId, secret};

async function call(method, ...args) {
  const answer = await client[method](...args);
  console.log(method, JSON.stringify(answer));
  return answer;
}

async function main() {
  await call('sendRvm', {...credentials, ...calls.rvm});
  await call('sendSms', {...credentials, ...calls.sms});
  const list = await call('createContactList', {list_name: calls.list_name});
  await call('getContactList', list.list_id);
  await call('renameContactList', list.list_id, {list_name: calls.new_list_name});
  await call('appendContactsToList', list.list_id, calls.contacts);
  await call('deleteContactList', list.list_id);
  await call('listBrands');
  await call('listRecordings', {api_allowed: true});
  await call('listMedia');
  await call('listPools');
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
