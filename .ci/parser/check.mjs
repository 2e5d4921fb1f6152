// Reads each file named on the command line with the parser that GitHub itself uses, as an action or as a workflow by its name, and prints what that
// parser says against it. Exit status 1: it said something.
import {readFileSync} from 'node:fs';
import {basename} from 'node:path';
import {parseAction} from '@actions/workflow-parser/actions/action-parser';
import {NoOperationTraceWriter, parseWorkflow} from '@actions/workflow-parser';

let bad = 0;
for (const name of process.argv.slice(2)) {
  const parse = /^action\.ya?ml$/.test(basename(name)) ? parseAction : parseWorkflow;
  const {context} = parse({name, content: readFileSync(name, 'utf8')}, new NoOperationTraceWriter());
  for (const error of context.errors.getErrors()) {
    bad++;
    console.log(`${name}: ${error.message}`);
  }
}
process.exit(bad ? 1 : 0);
