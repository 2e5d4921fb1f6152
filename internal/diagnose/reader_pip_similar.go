package diagnose

import "sync"

// knownProjects are the names of the table, normalised, in any order.
var knownProjects = sync.OnceValue(func() []string {
	var names []string
	for name := range tables["known-projects"]().rows {
		names = append(names, name)
	}
	return names
})

// isKnownProject tells whether the table has a name.
func isKnownProject(name string) bool {
	_, ok := tables["known-projects"]().rows[normalName(name)]
	return ok
}

// shortestMisspelt is the length below which names are too close to each other to tell a misspelling.
const shortestMisspelt = 5

// similarName is the one known project whose name takes one changed, added or missing letter (in a long name two) to become name; "" where there is none or several.
func similarName(name string) string {
	name = normalName(name)
	if len(name) < shortestMisspelt || len(name) > 60 {
		return ""
	}
	most := 1
	if len(name) >= 8 {
		most = 2
	}
	best, found := most+1, ""
	for _, known := range knownProjects() {
		if d := len(known) - len(name); d > most || d < -most {
			continue
		}
		switch d := distance(name, known); {
		case d == 0:
			return ""
		case d < best:
			best, found = d, known
		case d == best:
			found = ""
		}
	}
	return found
}
