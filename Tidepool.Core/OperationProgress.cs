namespace Tidepool;

/// <summary>How far a long operation is.</summary>
/// <param name="Phase">What it is doing, in lower case: "import", "flush", "compact", "index", "verify".</param>
/// <param name="Completed">How many documents are done, or objects when verifying, or when indexing steps: one for each
/// document in each pass over them.</param>
/// <param name="Total">How many there are, if that is known.</param>
/// <param name="Bytes">How many bytes were read or written so far.</param>
public sealed record OperationProgress(string Phase, long Completed, long? Total, long Bytes);
