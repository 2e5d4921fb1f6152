package diagnose

import (
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

var channelHost = lazy(`^https?://(?:conda\.anaconda\.org|repo\.anaconda\.com/pkgs|repo\.continuum\.io/pkgs)/`)

// channelKey is the name of a channel, also where it is written as the address of a public host.
func channelKey(s string) string {
	s = strings.TrimRight(s, "/")
	for _, platform := range []string{"/linux-64", "/noarch"} {
		s = strings.TrimSuffix(s, platform)
	}
	return strings.TrimPrefix(channelHost.ReplaceAllString(s, ""), "pkgs/")
}

// termsOf are the channels whose owner asks for an acceptance of terms before a build may use them.
var termsOf = []string{"defaults", "anaconda", "main", "r", "msys2"}

func channelsOf(f *manifest.File) []manifest.Scalar {
	if f.Conda.Channels == nil {
		return nil
	}
	return f.Conda.Channels.Items
}

func hasChannel(f *manifest.File, name string) bool {
	return slices.ContainsFunc(channelsOf(f), func(s manifest.Scalar) bool { return channelKey(s.Value) == name })
}

// channelList finds channels that are listed twice, and conda-forge below a channel that it overlaps with.
func channelList(files *manifest.Set, f *manifest.File) []flaw {
	var all []flaw
	seen := map[string]manifest.Scalar{}
	for _, s := range channelsOf(f) {
		name := channelKey(s.Value)
		first, twice := seen[name]
		if !twice {
			seen[name] = s
			continue
		}
		fl := flawOn(f, s.Outer, problem(name+" stands on line "+itoa(first.Line)+" and again on line "+itoa(s.Line)))
		if block(f, f.Conda.Channels) == nil {
			fl = fl.edited("remove the second "+name, true, removeLines(f, s.Outer))
		}
		all = append(all, fl)
	}
	forge, listed := seen["conda-forge"]
	for _, name := range []string{"defaults", "anaconda", "main"} {
		if above, ok := seen[name]; listed && ok && above.Line < forge.Line {
			fl := flawOn(f, forge.Outer, problem("conda-forge stands below "+name+", so builds of both are mixed and the solver has more to weigh"))
			return append(all, fl.mend(reorderChannels, files, nil, map[string]string{"first": forge.Value}))
		}
	}
	return all
}

// termsChannels finds channels that newer conda refuses in a build until their terms are accepted. Acceptance is never proposed.
func termsChannels(_ *manifest.Set, f *manifest.File) []flaw {
	var bound []manifest.Scalar
	var names []string
	for _, s := range channelsOf(f) {
		if name := channelKey(s.Value); slices.Contains(termsOf, name) {
			bound, names = append(bound, s), append(names, name)
		}
	}
	if len(bound) == 0 {
		return nil
	}
	fl := flawOn(f, bound[0].Outer, map[string]string{"channels": strings.Join(names, ", ")})
	fl.noFix = "use conda-forge in its place where it has all that is pinned, or have the terms accepted in the image"
	if block(f, f.Conda.Channels) != nil {
		return []flaw{fl}
	}
	var edits []edit.Edit
	for i, s := range bound {
		if i == 0 && !hasChannel(f, "conda-forge") {
			edits = append(edits, replace(s.Outer, "conda-forge"))
			continue
		}
		edits = append(edits, removeLines(f, s.Outer))
	}
	return []flaw{fl.edited("take conda-forge in the place of "+strings.Join(names, ", "), false, edits...)}
}

// goneChannels finds channels that serve nothing any more, by name or by the beginning of their address.
func goneChannels(_ *manifest.Set, f *manifest.File) []flaw {
	var all []flaw
	for _, s := range channelsOf(f) {
		key, row := goneChannel(s.Value)
		if row == nil {
			continue
		}
		fl := flawOn(f, s.Outer, map[string]string{"channel": s.Value, "why": row["why"]})
		switch {
		case row["instead"] != "" && !s.Opaque:
			fl = fl.edited("write "+row["instead"]+s.Value[len(key):], false, replace(s.Span, row["instead"]+s.Value[len(key):]))
		case len(f.Conda.Channels.Items) > 1 && block(f, f.Conda.Channels) == nil:
			fl = fl.edited("remove the channel "+s.Value, false, removeLines(f, s.Outer))
		default:
			fl.noFix = "take conda-forge in its place"
		}
		all = append(all, fl)
	}
	return all
}

func goneChannel(value string) (key string, row map[string]string) {
	t := tables["conda-dead-channels"]()
	value = strings.TrimRight(value, "/")
	if row, ok := t.rows[value]; ok {
		return value, map[string]string{"instead": row[1], "why": row[2]}
	}
	for key, row := range t.rows {
		if strings.HasSuffix(key, "/") && strings.HasPrefix(value, key) {
			return key, map[string]string{"instead": row[1], "why": row[2]}
		}
	}
	return "", nil
}

// absentFromForge are the channels whose packages conda-forge and defaults do not have as well, and what they need beside them.
var absentFromForge = map[string][]string{
	"bioconda": {"bioconda"},
	"rapidsai": {"rapidsai"},
	"pytorch":  {"pytorch", "nvidia"}, // for pytorch-cuda alone: see lackingChannels
}

// lackingChannels finds packages whose only home is not among the channels. Where a channel is an address, it may hold anything.
func lackingChannels(files *manifest.Set, f *manifest.File) []flaw {
	channels := channelsOf(f)
	if len(channels) == 0 || slices.ContainsFunc(channels, func(s manifest.Scalar) bool { return strings.Contains(channelKey(s.Value), "/") }) {
		return nil
	}
	var all []flaw
	told := map[string]bool{}
	for _, e := range condaList(f) {
		home := conda("conda-channels", e.Name)["home"]
		if e.Channel != "" || home == "pytorch" && e.Name != "pytorch-cuda" {
			continue
		}
		for _, channel := range absentFromForge[home] {
			if hasChannel(f, channel) || told[channel] {
				continue
			}
			told[channel] = true
			fl := flawAt(e, map[string]string{"package": e.Name, "home": channel})
			all = append(all, fl.mend(addChannel, files, nil, map[string]string{"channel": channel, "position": "last"}))
		}
	}
	return all
}

// unsettledSection finds a conda file without channels, and one whose packages mostly have no version.
func unsettledSection(files *manifest.Set, f *manifest.File) []flaw {
	var all []flaw
	if d := f.Conda.Dependencies; d != nil && len(condaList(f)) > 0 && unchannelled(f) {
		fl := flawOn(f, d.Key.Span, problem("names no channels, so conda takes those of the image, and from 26.1 on refuses where there are none"))
		all = append(all, withChannels(fl, f))
	}
	var loose, bound []*manifest.Entry
	for _, e := range append(condaList(f), pipList(f)...) {
		switch {
		case e.Name == "python" || e.Name == "pip" || e.Local:
		case e.Spec == "" && e.URL == "":
			loose = append(loose, e)
		default:
			bound = append(bound, e)
		}
	}
	if len(loose) >= 4 && len(loose) > len(bound) {
		var names []string
		for _, e := range loose {
			names = append(names, e.Name)
		}
		fl := flawAt(loose[0], problem("leaves "+itoa(len(loose))+" of "+itoa(len(loose)+len(bound))+" packages without a version ("+someOf(names)+")"))
		fl.noFix = "take the versions of a build that works, from conda env export --from-history and pip freeze"
		all = append(all, fl)
	}
	return all
}

// unchannelled tells a file without channels from one whose channels are no list, which condaLayout tells.
func unchannelled(f *manifest.File) bool {
	for _, k := range f.Conda.Keys {
		if k.Name.Value == "channels" {
			return k.Kind == "null" || k.Kind == "list" && len(channelsOf(f)) == 0
		}
	}
	return true
}

// withChannels offers the community channel where none is named.
func withChannels(fl flaw, f *manifest.File) flaw {
	d := f.Conda.Dependencies
	indent := f.Indent(d.Key.Line)
	if f.Conda.Channels != nil || f.Kind == manifest.KindAzureML || strings.TrimSpace(before(f, d.Key.Outer.Start)) != "" {
		fl.noFix = "name them, for example conda-forge"
		return fl
	}
	lines := []string{indent + "channels:", indent + "  - conda-forge"}
	return fl.edited("add the channel conda-forge", false, insertBefore(f, d.Key.Line, lines...))
}
