namespace Tidepool.Tests.Simulation;

/// <summary>A kind of request to the model store.</summary>
internal enum ModelOperation
{
    Get,
    Read,
    Put,
    Upload,
    Delete,
    List,
}
