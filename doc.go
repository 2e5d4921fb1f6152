// Package envmedic holds no code: it is the root of the module, where the table of allowed imports is tested.
package envmedic
