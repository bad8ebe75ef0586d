namespace Tidepool.Tests.Support;

/// <summary>What goes wrong with a request.</summary>
internal enum StoreFault
{
    /// <summary>The request never arrives; the caller cannot tell.</summary>
    LoseRequest,

    /// <summary>The request is applied, but its answer is lost.</summary>
    LoseReply,

    /// <summary>The caller gives up; the request arrives when <see cref="FaultyObjectStore.DeliverAsync"/> says so.
    /// </summary>
    Delay,

    /// <summary>The store refuses; the request is certainly not applied.</summary>
    Refuse,

    /// <summary>Applied, answer lost, and sent again by a layer below, which says so.</summary>
    RetryAfterLostReply,

    /// <summary>Lost, and sent again by a layer below, which says so.</summary>
    RetryAfterLostRequest,

    /// <summary>Applied, and sent again on the way, where nobody knows that it was; the second answer counts.</summary>
    RepeatedOnTheWay,

    /// <summary>The caller cancels while the request, which is applied, is under way.</summary>
    CancelAfterApplying,
}
