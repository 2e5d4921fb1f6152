package annotate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/envmedic/envmedic/internal/diagnose"
)

// WriteJSON writes the report in its public form (`envmedic --schema`).
func WriteJSON(w io.Writer, r *diagnose.Report) error {
	c := *r
	c.Logs, c.Unrecognised = listed(r.Logs), listed(r.Unrecognised)
	c.Diagnoses = listed(r.Diagnoses)
	for i := range c.Logs {
		c.Logs[i].Formats = listed(c.Logs[i].Formats)
	}
	for i := range c.Diagnoses {
		d := &c.Diagnoses[i]
		d.Evidence, d.Fixes, d.Symptoms, d.Reproduce = listed(d.Evidence), listed(d.Fixes), listed(d.Symptoms), listed(d.Reproduce)
		if d.Captures == nil {
			d.Captures = map[string]string{}
		}
	}
	for i := range c.Unrecognised {
		c.Unrecognised[i].Lines = listed(c.Unrecognised[i].Lines)
	}
	return writeJSON(w, &c)
}

// listed is a copy of list that is written as [] and never as null.
func listed[T any](list []T) []T { return append([]T{}, list...) }

func writeJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	_, err := w.Write(plainJSON(b.Bytes()))
	return err
}

// plainJSON writes, in a JSON text, the characters that a terminal acts on or hides as \u escapes, and breaks the commands of
// build hosts, which they find anywhere in a line that is printed. Every reader of JSON gets the same strings as before.
func plainJSON(text []byte) []byte {
	var b bytes.Buffer
	b.Grow(len(text))
	for i, r := range string(text) {
		switch {
		case r == '\n' || r == '\t':
			b.WriteRune(r)
		case r == '#' && i > 0 && text[i-1] == '#':
			b.WriteString(`\u0023`)
		case r >= 0x10000 && hidden(r):
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+(r-0x10000)>>10, 0xdc00+(r-0x10000)&0x3ff)
		case hidden(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.Bytes()
}
