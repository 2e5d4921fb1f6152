package annotate

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A Masker replaces secrets by ***. The nil Masker knows the general forms only.
type Masker struct {
	values *strings.Replacer
}

const masked = "***"

// NewMasker makes a Masker that, besides what looks like a secret, replaces these values wherever they stand, also percent- or
// base64-encoded. Values of fewer than four bytes are left alone: masking them would tell more than it hides.
func NewMasker(values ...string) *Masker {
	var forms []string
	for _, v := range values {
		for line := range strings.Lines(v) {
			if line = strings.TrimSpace(line); len(line) >= 4 && line != masked {
				forms = append(forms, line, url.QueryEscape(line), url.PathEscape(line), base64.StdEncoding.EncodeToString([]byte(line)))
			}
		}
	}
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, f := range forms {
		pairs = append(pairs, f, masked)
	}
	if pairs == nil {
		return nil
	}
	return &Masker{values: strings.NewReplacer(pairs...)}
}

// Mask is s without secrets. It may hold several lines.
func (m *Masker) Mask(s string) string {
	if m != nil {
		s = m.values.Replace(s)
	}
	var low string
	for i := range secretForms {
		f := &secretForms[i]
		text := s
		if f.fold {
			if low == "" {
				low = strings.ToLower(s)
			}
			text = low
		}
		if !slices.ContainsFunc(f.hints, func(h string) bool { return strings.Contains(text, h) }) {
			continue
		}
		if t := f.replace(s); t != s {
			s, low = t, ""
		}
	}
	return s
}

// A secretForm is one way in which secrets stand in a text. Where none of the hints is found, its expression is not even
// compiled: most lines of a log have no secret, and compiling all of them would be felt at start.
type secretForm struct {
	hints []string // lower case where fold is set
	fold  bool
	expr  string // group 1, if there is one, is what stands before the secret and stays; group 2 stays behind it
	keep  func(secret string) bool
	once  sync.Once
	re    *regexp.Regexp
}

func (f *secretForm) replace(s string) string {
	f.once.Do(func() { f.re = regexp.MustCompile(f.expr) })
	var b strings.Builder
	last := 0
	for _, at := range f.re.FindAllStringSubmatchIndex(s, -1) {
		from, to := at[0], at[1]
		if len(at) > 2 && at[3] >= 0 {
			from = at[3]
		}
		if len(at) > 4 && at[4] >= 0 {
			to = at[4]
		}
		secret := s[from:to]
		if secret == "" || strings.Trim(secret, `"'`) == masked || reference(secret) || f.keep != nil && f.keep(secret) {
			continue
		}
		b.WriteString(s[last:from])
		b.WriteString(quoted(secret))
		last = to
	}
	b.WriteString(s[last:])
	return b.String()
}

// quoted is the mask in the quotes of what it replaces, so that a masked line is still well-formed.
func quoted(secret string) string {
	if n := len(secret); n >= 2 && (secret[0] == '"' || secret[0] == '\'') && secret[n-1] == secret[0] {
		return secret[:1] + masked + secret[n-1:]
	}
	return masked
}

var referenceForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^["']?(?:\$\w+|\$\{\w+\}|\$\(\w[\w.-]*\)|%\w+%|\$?\{\{[^{}]*\}\}|<[\w -]+>)["']?(?::(?:\$\w+|\$\{\w+\}|\*\*\*))?$`)
})

// reference tells whether s only names a secret (`$TOKEN`, `${{ secrets.TOKEN }}`, `<TOKEN>`). A name is no secret, and people
// need it to see which one is meant.
func reference(s string) bool {
	return strings.ContainsAny(s, "$%{<") && referenceForm().MatchString(s)
}
