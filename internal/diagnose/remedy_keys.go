package diagnose

import (
	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// key is a key on the top level of a conda or Azure ML file.
func (c remedyContext) key(name string) (*manifest.File, *manifest.Key, error) {
	var files []*manifest.File
	if c.File != nil && topKey(c.File, name) != nil {
		files = []*manifest.File{c.File}
	} else if c.Files != nil {
		files = c.Files.Files
	}
	for _, f := range files {
		if k := topKey(f, name); k != nil {
			return f, k, nil
		}
	}
	return nil, nil, refuse("no definition file has the key %s", name)
}

// renameKey renames a key on the top level of a YAML file; with: from, to.
func renameKey(c remedyContext, with map[string]string) (string, []edit.File, error) {
	to, err := argument(with, "to", plainKey)
	if err != nil {
		return "", nil, err
	}
	f, k, err := c.key(with["from"])
	if err != nil {
		return "", nil, err
	}
	if topKey(f, to) != nil {
		return "", nil, refuse("%s already has the key %s", f.Path, to)
	}
	return "rename " + with["from"] + " to " + to, change(f, replace(k.Name.Span, to)), nil
}

// setKey gives a key on the top level of a YAML file one value, or adds the key at the end of the file; with: key, value.
func setKey(c remedyContext, with map[string]string) (string, []edit.File, error) {
	key, err := argument(with, "key", plainKey)
	if err != nil {
		return "", nil, err
	}
	value, err := argument(with, "value", plainName)
	if err != nil {
		return "", nil, err
	}
	title := "set " + key + " to " + value
	if f, k, err := c.key(key); err == nil {
		if k.Kind != "scalar" || k.Value.Opaque || k.Value.Value == value {
			return "", nil, refuse("line %d of %s already has the key %s", k.Name.Line, f.Path, key)
		}
		return title, change(f, replace(k.Value.Outer, value)), nil
	}
	f := c.File
	if f == nil || f.Conda == nil && f.AzureML == nil || f.Conda != nil && f.Conda.Dependencies != nil && f.Conda.Dependencies.Key.Outer.Start > 0 && f.Indent(f.Conda.Dependencies.Key.Line) != "" {
		return "", nil, refuse("the log does not lead to the file that needs the key %s", key)
	}
	return title, change(f, insertAfter(f, f.Lines(), key+": "+value)), nil
}
