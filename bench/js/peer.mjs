// The JavaScript peer: told what to work on by a file, then asked for one round at a time on standard input.
import {createInterface} from 'node:readline';
import {readFileSync} from 'node:fs';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as vc from '@digitalbazaar/vc';

const job = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const documentLoader = async url => {
  const document = job.documents[url];
  if(document === undefined) {
    throw new Error(`not held: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document};
};

const keyPair = await Ed25519Multikey.generate({controller: 'did:key:issuer'});
const signer = {...keyPair.signer(), id: job.method};

const rounds = {
  async verify() {
    for(const text of job.signed) {
      const suite = new DataIntegrityProof({cryptosuite});
      const result = await vc.verifyCredential({credential: JSON.parse(text), suite, documentLoader});
      if(!result.verified) {
        throw new Error(JSON.stringify(result.error, null, 1));
      }
    }
    return job.signed.length;
  },
  async issue() {
    for(const text of job.unsigned) {
      const suite = new DataIntegrityProof({cryptosuite, signer});
      JSON.stringify(await vc.issue({credential: JSON.parse(text), suite, documentLoader}));
    }
    return job.unsigned.length;
  }
};

for await (const line of createInterface({input: process.stdin})) {
  console.log(await rounds[line]());
}
