package diagnose

import (
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

func channelAt(l *manifest.List, name string) int {
	for i, s := range l.Items {
		if strings.TrimRight(s.Value, "/") == strings.TrimRight(name, "/") {
			return i
		}
	}
	return -1
}

// addChannel puts a channel into the list, or the list into the file; with: channel, position (first, last, after:<name>, before:<name>; alone: a new list has no other).
func addChannel(c remedyContext, with map[string]string) (string, []edit.File, error) {
	channel, err := argument(with, "channel", plainChannel)
	if err != nil {
		return "", nil, err
	}
	f, err := c.condaFile()
	if err != nil {
		return "", nil, err
	}
	title := "add the channel " + channel
	l := f.Conda.Channels
	if l == nil {
		ed, err := newChannels(f, channel, with["position"] == "alone")
		return title, change(f, ed...), err
	}
	if channelAt(l, channel) >= 0 {
		return "", nil, refuse("%s already has the channel %s", f.Path, channel)
	}
	ed, err := channelEdit(f, l, channel, with["position"])
	if err != nil {
		return "", nil, err
	}
	return title, change(f, ed), nil
}

func channelEdit(f *manifest.File, l *manifest.List, channel, position string) (edit.Edit, error) {
	if err := block(f, l); err != nil {
		return edit.Edit{}, err
	}
	if position != "" && position != "alone" && !plainPlace.MatchString(position) {
		return edit.Edit{}, refuse("the position %q is none of first, last, after:NAME and before:NAME", position)
	}
	line := listItem(f, l, channel)
	how, name, _ := strings.Cut(position, ":")
	at := channelAt(l, name)
	switch {
	case how == "first" && len(l.Items) > 0:
		return insertBefore(f, l.Items[0].Line, line), nil
	case at >= 0 && how == "before":
		return insertBefore(f, l.Items[at].Line, line), nil
	case at >= 0 && how == "after":
		return insertAfter(f, l.Items[at].Line, line), nil
	}
	return insertAfter(f, l.Last, line), nil
}

// newChannels puts the list before the dependencies. What was found without one came from conda's default, which stays.
func newChannels(f *manifest.File, channel string, alone bool) ([]edit.Edit, error) {
	d := f.Conda.Dependencies
	if d == nil || d.Flow && f.Indent(d.Key.Line) == "" && strings.HasPrefix(strings.TrimSpace(f.Text(d.Key.Line)), "{") {
		return nil, refuse("%s has no dependencies that the channels could be put before", f.Path)
	}
	indent := f.Indent(d.Key.Line)
	dash := indent + "  - "
	if !d.Flow && !d.Alias && d.Gap != "" {
		dash = d.Indent + "- "
	}
	lines := []string{indent + "channels:", dash + "defaults", dash + channel}
	if alone {
		lines = slices.Delete(lines, 1, 2)
	}
	return []edit.Edit{insertBefore(f, d.Key.Line, lines...)}, nil
}

// listedChannel is the conda file, and the channel that an argument names, which the file has.
func (c remedyContext) listedChannel(with map[string]string, name string) (*manifest.File, string, error) {
	channel, err := argument(with, name, plainChannel)
	if err != nil {
		return nil, "", err
	}
	f, err := c.condaFile()
	if err != nil {
		return nil, "", err
	}
	if l := f.Conda.Channels; l == nil || channelAt(l, channel) < 0 {
		return nil, "", refuse("%s does not have the channel %s", f.Path, channel)
	}
	return f, channel, nil
}

// removeChannel takes a channel out; with: channel.
func removeChannel(c remedyContext, with map[string]string) (string, []edit.File, error) {
	f, channel, err := c.listedChannel(with, "channel")
	if err != nil {
		return "", nil, err
	}
	l := f.Conda.Channels
	if err := block(f, l); err != nil {
		return "", nil, err
	}
	if len(l.Items) == 1 {
		return "", nil, refuse("%s is the only channel of %s", channel, f.Path)
	}
	return "remove the channel " + channel, change(f, removeLines(f, l.Items[channelAt(l, channel)].Outer)), nil
}

// reorderChannels moves a channel to the top; with: first.
func reorderChannels(c remedyContext, with map[string]string) (string, []edit.File, error) {
	f, first, err := c.listedChannel(with, "first")
	if err != nil {
		return "", nil, err
	}
	l := f.Conda.Channels
	at := channelAt(l, first)
	if at == 0 {
		return "", nil, refuse("%s already has %s as its first channel", f.Path, first)
	}
	if l.Alias {
		return "", nil, block(f, l)
	}
	return "move the channel " + first + " to the top", change(f, moved(f, l, at)...), nil
}

// moved takes the channel at that place to the top. In brackets the two change places among the others by their texts.
func moved(f *manifest.File, l *manifest.List, at int) []edit.Edit {
	if l.Flow {
		edits := []edit.Edit{replace(l.Items[0].Outer, f.At(l.Items[at].Outer))}
		for i := 1; i <= at; i++ {
			edits = append(edits, replace(l.Items[i].Outer, f.At(l.Items[i-1].Outer)))
		}
		return edits
	}
	return []edit.Edit{insertBefore(f, l.Items[0].Line, f.Text(l.Items[at].Line)), removeLines(f, l.Items[at].Outer)}
}
