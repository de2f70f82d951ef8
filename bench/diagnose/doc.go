// Package diagnose names causes: pure functions over what a run recorded, that
// say something only when it is proven.
package diagnose
