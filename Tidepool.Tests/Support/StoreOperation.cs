namespace Tidepool.Tests.Support;

internal enum StoreOperation
{
    Get,
    Put,
    Delete,
    List,
}
