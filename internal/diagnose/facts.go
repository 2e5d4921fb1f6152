package diagnose

import (
	"embed"
	"fmt"
	"path"
	"strings"
	"sync"
)

//go:embed data/*.tsv
var dataFiles embed.FS

// A table is a file of facts: tab-separated, a header row, the key in the first column; "#" starts a comment line, the first of
// which says where the facts are from.
type table struct {
	columns []string
	rows    map[string][]string
}

var tables = tableFiles()

// tableFiles knows the tables by name; each is read when it is first asked.
func tableFiles() map[string]func() *table {
	m := map[string]func() *table{}
	files, err := dataFiles.ReadDir("data")
	if err != nil {
		panic("diagnose: " + err.Error())
	}
	for _, f := range files {
		name := strings.TrimSuffix(f.Name(), ".tsv")
		m[name] = sync.OnceValue(func() *table { return mustReadTable(name) })
	}
	return m
}

func mustReadTable(name string) *table {
	b, err := dataFiles.ReadFile(path.Join("data", name+".tsv"))
	if err != nil {
		panic("diagnose: " + err.Error())
	}
	t, err := parseTable(string(b))
	if err != nil {
		panic(fmt.Sprintf("diagnose: data/%s.tsv: %v", name, err))
	}
	return t
}

func parseTable(src string) (*table, error) {
	t := &table{rows: map[string][]string{}}
	n := 0
	for line := range strings.Lines(src) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if t.columns == nil {
			t.columns = cells
			continue
		}
		if len(cells) != len(t.columns) {
			return nil, fmt.Errorf("line %d has %d columns, the header has %d", n, len(cells), len(t.columns))
		}
		if _, twice := t.rows[cells[0]]; twice {
			return nil, fmt.Errorf("line %d: key %q stands there twice", n, cells[0])
		}
		t.rows[cells[0]] = cells
	}
	return t, nil
}

// get returns the row of a key as a map of its columns. A key that is not there as written is tried as pip and conda compare
// names: lower-case, with one hyphen for any run of ".", "_" and "-".
func (t *table) get(key string) (map[string]string, bool) {
	row, ok := t.rows[key]
	if !ok {
		row, ok = t.rows[normalName(key)]
	}
	if !ok {
		return nil, false
	}
	m := make(map[string]string, len(row))
	for i, c := range t.columns {
		m[c] = row[i]
	}
	return m, true
}

// fact asks one table for one column of a key's row.
func fact(name, key, column string) string {
	row, _ := tables[name]().get(key)
	return row[column]
}

// lookUp asks the rule's tables. The first key of a list counts ("a, b" asks for a, then b).
func (f *finding) lookUp() bool {
	for _, l := range f.rule.head.Lookup {
		var row map[string]string
		ok := false
		for key := range strings.SplitSeq(f.value(l.Key), ", ") {
			if row, ok = tables[l.Table]().get(key); ok {
				break
			}
		}
		if !ok && !l.Optional {
			return false
		}
		for c, v := range row {
			f.set(c, v)
		}
	}
	return true
}

// normalName is a name as PEP 503 compares it.
func normalName(s string) string {
	var b strings.Builder
	sep := false
	for _, r := range strings.ToLower(s) {
		if r == '-' || r == '_' || r == '.' {
			sep = true
			continue
		}
		if sep && b.Len() > 0 {
			b.WriteByte('-')
		}
		sep = false
		b.WriteRune(r)
	}
	return b.String()
}
