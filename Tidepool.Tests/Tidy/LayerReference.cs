namespace Tidepool.Tests.Tidy;

/// <summary>A mention of one layer in the source of another.</summary>
internal readonly record struct LayerReference(Layer From, Layer To, TextFile File, int Position, string Text);
