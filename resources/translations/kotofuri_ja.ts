<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About Kotofuri</source>
        <translation>Kotofuri について</translation>
    </message>
    <message>
        <source>Measures how lyrics and dance relate, and shows it.</source>
        <translation>歌詞とダンスの関わりを測り、目に見えるようにします。</translation>
    </message>
    <message>
        <source>The method is that of Watanabe and Goto, “A Data-Driven Method for Analyzing and Quantifying Lyrics-Dance Motion Relationships” (NAACL 2025): codebooks over word and dance vectors, NPMI of their codes over songs, and the edit distance XMIED.</source>
        <translation>手法は Watanabe and Goto, “A Data-Driven Method for Analyzing and Quantifying Lyrics-Dance Motion Relationships”（NAACL 2025）によるものです。単語とダンスのベクトルのコードブック、曲単位で数えたコードどうしの NPMI、編集距離 XMIED を用います。</translation>
    </message>
    <message>
        <source>MIT licence. The demo's songs, lyrics and dances were composed by this program.</source>
        <translation>MIT ライセンス。デモの曲、歌詞、ダンスはこのプログラムが作ったものです。</translation>
    </message>
</context>
<context>
    <name>AlignmentView</name>
    <message>
        <source>Alignment of the query with the bar</source>
        <translation>検索語と小節の対応づけ</translation>
    </message>
    <message>
        <source>Bar frame {bar} has no partner in the query (dance code {code}): cost 1</source>
        <translation>小節のフレーム {bar} に対応する検索語のフレームなし（ダンスコード {code}）: コスト 1</translation>
    </message>
    <message>
        <source>{word}: frame {query} of the query has no partner in the bar: cost 1</source>
        <translation>{word}: 検索語のフレーム {query} に対応する小節のフレームなし: コスト 1</translation>
    </message>
    <message>
        <source>{word} (code {lyric}) with dance code {dance}</source>
        <translation>{word}（コード {lyric}）とダンスコード {dance}</translation>
    </message>
    <message>
        <source>NPMI {npmi:+.3f}, together in {songs} songs</source>
        <translation>NPMI {npmi:+.3f}、{songs} 曲で同時に出現</translation>
    </message>
    <message>
        <source>cost {cost:.3f} (0.5 would be no relation)</source>
        <translation>コスト {cost:.3f}（0.5 なら無関係）</translation>
    </message>
    <message>
        <source>query frame {query}, bar frame {bar}</source>
        <translation>検索語のフレーム {query}、小節のフレーム {bar}</translation>
    </message>
</context>
<context>
    <name>AlphaSlider</name>
    <message>
        <source>pairs</source>
        <translation>組</translation>
    </message>
    <message>
        <source>labels</source>
        <translation>ラベル</translation>
    </message>
    <message>
        <source>0: dances that such words were sung to; 1: dances of the class (genre) that such words belong to. A double click goes back to 0.5.</source>
        <translation>0: そのような言葉が歌われたダンス、1: そのような言葉が属するクラス（ジャンル）のダンス。ダブルクリックで 0.5 に戻ります。</translation>
    </message>
    <message>
        <source>Alpha: from the space of pairs to the space of labels</source>
        <translation>アルファ: 組の空間からラベルの空間へ</translation>
    </message>
</context>
<context>
    <name>AppearancePage</name>
    <message>
        <source>Language</source>
        <translation>言語</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>テーマ</translation>
    </message>
    <message>
        <source>Size of texts</source>
        <translation>文字の大きさ</translation>
    </message>
    <message>
        <source>Previews</source>
        <translation>プレビュー</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外観</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>システムに合わせる</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>ライト</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>ダーク</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
    <message>
        <source>Keep previews still</source>
        <translation>プレビューを動かさない</translation>
    </message>
</context>
<context>
    <name>Asker</name>
    <message>
        <source>{system} cannot be used on this corpus: {reason}.</source>
        <translation>{system}はこのコーパスでは使えません（{reason}）。</translation>
    </message>
    <message>
        <source>Loading {system}…</source>
        <translation>{system}を読み込んでいます…</translation>
    </message>
    <message>
        <source>{system} is being fitted to the training songs; the hits appear when that is done.</source>
        <translation>{system}を学習用の曲で学習しています。終わると検索結果が表示されます。</translation>
    </message>
    <message>
        <source>{system} has not been fitted to this corpus yet. It learns from the training songs, which can take minutes, and is then kept in the corpus.</source>
        <translation>{system}はこのコーパスではまだ学習していません。学習用の曲からの学習には数分かかることがあり、結果はコーパスに保存されます。</translation>
    </message>
    <message>
        <source>Stop fitting</source>
        <translation>学習を中止</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>再試行</translation>
    </message>
    <message>
        <source>Fit it now</source>
        <translation>今すぐ学習</translation>
    </message>
</context>
<context>
    <name>BrowserPane</name>
    <message>
        <source>Songs</source>
        <translation>曲</translation>
    </message>
    <message>
        <source>Gestures</source>
        <translation>ジェスチャー</translation>
    </message>
    <message>
        <source>Show the songs of the corpus</source>
        <translation>コーパスの曲を表示します</translation>
    </message>
    <message>
        <source>Show which words go with which movements</source>
        <translation>どの単語がどの動きと結びつくかを表示します</translation>
    </message>
    <message>
        <source>Filter songs or gestures</source>
        <translation>曲やジェスチャーを絞り込む</translation>
    </message>
    <message>
        <source>Next related stretch of the corpus</source>
        <translation>コーパス内の次の関連区間</translation>
    </message>
    <message>
        <source>Previous related stretch of the corpus</source>
        <translation>コーパス内の前の関連区間</translation>
    </message>
    <message>
        <source>Gesture side by side</source>
        <translation>ジェスチャーを並べて表示</translation>
    </message>
    <message>
        <source>Show places of the chosen gesture beside each other</source>
        <translation>選んだジェスチャーの箇所を並べて表示します</translation>
    </message>
    <message>
        <source>Export all places of the gesture…</source>
        <translation>ジェスチャーの全箇所を書き出し…</translation>
    </message>
    <message>
        <source>Browser</source>
        <translation>ブラウザー</translation>
    </message>
</context>
<context>
    <name>BuildDialog</name>
    <message>
        <source>Build the corpus</source>
        <translation>コーパスの構築</translation>
    </message>
    <message>
        <source>Lyric encoder</source>
        <translation>歌詞エンコーダー</translation>
    </message>
    <message>
        <source>A frame's lyric vector is of</source>
        <translation>フレームの歌詞ベクトルが表すもの</translation>
    </message>
    <message>
        <source>Dance encoder</source>
        <translation>ダンスエンコーダー</translation>
    </message>
    <message>
        <source>A frame's dance vector knows</source>
        <translation>フレームのダンスベクトルが表すもの</translation>
    </message>
    <message>
        <source>Lyric codes</source>
        <translation>歌詞コード</translation>
    </message>
    <message>
        <source>Dance codes</source>
        <translation>ダンスコード</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>乱数シード</translation>
    </message>
    <message>
        <source>its word</source>
        <translation>その単語</translation>
    </message>
    <message>
        <source>its whole line</source>
        <translation>その行全体</translation>
    </message>
    <message>
        <source>the bundled network</source>
        <translation>付属のネットワーク</translation>
    </message>
    <message>
        <source>poses, no network</source>
        <translation>姿勢（ネットワークなし）</translation>
    </message>
    <message>
        <source>a network trained on this corpus (hours)</source>
        <translation>このコーパスで学習したネットワーク（数時間）</translation>
    </message>
    <message>
        <source>its own moment, as in the paper</source>
        <translation>その瞬間のみ（論文どおり）</translation>
    </message>
    <message>
        <source>also its bar's mean and spread</source>
        <translation>小節の平均とばらつきも含む</translation>
    </message>
    <message>
        <source>Choose the numbers of codes on the dev songs</source>
        <translation>コードの数を dev の曲で選ぶ</translation>
    </message>
    <message>
        <source>auto, lexical (letters alone, no model), a model's name, or a folder with one</source>
        <translation>auto、lexical（文字のみ、モデルなし）、モデル名、またはモデルのあるフォルダー</translation>
    </message>
    <message>
        <source>Short gestures of the hands are found as it is; gestures that fill a whole bar are found better with the bar's mean and spread. The build tells how well the choice does on the dev songs (z): take the better one.</source>
        <translation>手の短いジェスチャーはこのままで見つかります。小節全体にわたるジェスチャーは、小節の平均とばらつきを含めるとよく見つかります。dev の曲での良さ（z）は構築時に示されるので、良いほうを選んでください。</translation>
    </message>
    <message>
        <source>Build</source>
        <translation>構築</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
</context>
<context>
    <name>ColourScale</name>
    <message>
        <source>Colours of NPMI, from -1 (apart) over 0 (as by chance) to 1 (together)</source>
        <translation>NPMI の色: -1（別々に出現）から 0（偶然どおり）を経て 1（常に同時）まで</translation>
    </message>
</context>
<context>
    <name>ComparePage</name>
    <message>
        <source>Found by both: {mark} is its place with {system}</source>
        <translation>両方で見つかりました（{mark} は{system}での順位）</translation>
    </message>
    <message>
        <source>{shared} of the first {count} ({share:.0%}; by chance {chance:.1%})</source>
        <translation>上位 {count} 件中 {shared} 件（{share:.0%}、偶然なら {chance:.1%}）</translation>
    </message>
    <message>
        <source>Found by both: {told}.</source>
        <translation>両方で見つかった小節: {told}。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>Left system</source>
        <translation>左のシステム</translation>
    </message>
    <message>
        <source>Right system</source>
        <translation>右のシステム</translation>
    </message>
    <message>
        <source>Exchange the two systems</source>
        <translation>二つのシステムを入れ替える</translation>
    </message>
</context>
<context>
    <name>Controls</name>
    <message>
        <source>Threshold</source>
        <translation>しきい値</translation>
    </message>
    <message>
        <source>Threshold of NPMI</source>
        <translation>NPMI のしきい値</translation>
    </message>
    <message>
        <source>Frames with an NPMI above this count as positive; the others are dimmed</source>
        <translation>NPMI がこの値を超えるフレームを正とし、ほかは淡く表示します</translation>
    </message>
    <message>
        <source>Fewest songs</source>
        <translation>最少曲数</translation>
    </message>
    <message>
        <source>any</source>
        <translation>制限なし</translation>
    </message>
    <message>
        <source>Fewest songs behind a value</source>
        <translation>値の根拠となる最少曲数</translation>
    </message>
    <message>
        <source>Values whose pair of codes meets in fewer songs are dimmed</source>
        <translation>コードの組が同時に現れる曲がこれより少ない値は、淡く表示します</translation>
    </message>
    <message>
        <source>Snap</source>
        <translation>スナップ</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>オフ</translation>
    </message>
    <message>
        <source>Frame</source>
        <translation>フレーム</translation>
    </message>
    <message>
        <source>Word</source>
        <translation>単語</translation>
    </message>
    <message>
        <source>Beat</source>
        <translation>拍</translation>
    </message>
    <message>
        <source>Bar</source>
        <translation>小節</translation>
    </message>
    <message>
        <source>Snap to</source>
        <translation>スナップ先</translation>
    </message>
    <message>
        <source>What selections and edits snap to; hold Alt to drag freely</source>
        <translation>選択や編集をそろえる単位です。Alt を押すと自由にドラッグできます</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>段</translation>
    </message>
    <message>
        <source>Choose the rows that are shown</source>
        <translation>表示する段を選びます</translation>
    </message>
</context>
<context>
    <name>Corpora</name>
    <message>
        <source>This corpus is not built yet: File, Build.</source>
        <translation>このコーパスはまだ構築されていません。［ファイル］の［構築］を実行してください。</translation>
    </message>
    <message>
        <source>Open a corpus (a folder)</source>
        <translation>コーパス（フォルダー）を開く</translation>
    </message>
    <message>
        <source>Folder with motion, lyrics and sound</source>
        <translation>モーション、歌詞、音声のフォルダー</translation>
    </message>
    <message>
        <source>Looking for songs</source>
        <translation>曲を探しています</translation>
    </message>
    <message>
        <source>{imported} songs imported, {unchanged} unchanged, {left} left out.</source>
        <translation>{imported} 曲を取り込みました。変更なし {unchanged} 曲、除外 {left} 曲。</translation>
    </message>
    <message>
        <source>Left out: {song}</source>
        <translation>除外: {song}</translation>
    </message>
    <message>
        <source>Importing into {name}</source>
        <translation>{name} に取り込み中</translation>
    </message>
    <message>
        <source>Building {name}</source>
        <translation>{name} を構築中</translation>
    </message>
    <message>
        <source>Composing and building the demo</source>
        <translation>デモを作成して構築中</translation>
    </message>
</context>
<context>
    <name>DanceMapView</name>
    <message>
        <source>Laying out the dance codes</source>
        <translation>ダンスコードを配置中</translation>
    </message>
    <message>
        <source>Dance code {code}: {songs} of {total} counted songs, {frames} frames</source>
        <translation>ダンスコード {code}: 計数した {total} 曲中 {songs} 曲、{frames} フレーム</translation>
    </message>
    <message>
        <source>lyric code {code}</source>
        <translation>歌詞コード {code}</translation>
    </message>
    <message>
        <source>{npmi}  {words} ({songs} songs)</source>
        <translation>{npmi}  {words}（{songs} 曲）</translation>
    </message>
    <message>
        <source>and {more} more lyric codes</source>
        <translation>ほか歌詞コード {more} 個</translation>
    </message>
    <message>
        <source>No word goes with it more often than by chance.</source>
        <translation>偶然より多く結びつく単語はありません。</translation>
    </message>
    <message>
        <source>Placed by</source>
        <translation>配置の基準</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大きさ</translation>
    </message>
    <message>
        <source>songs</source>
        <translation>曲数</translation>
    </message>
    <message>
        <source>frames</source>
        <translation>フレーム数</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>単語</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>すべて表示</translation>
    </message>
    <message>
        <source>Choose its best pair</source>
        <translation>最も強い組を選ぶ</translation>
    </message>
    <message>
        <source>Go to an example</source>
        <translation>例へ移動</translation>
    </message>
    <message>
        <source>Map of the dance codes</source>
        <translation>ダンスコードの地図</translation>
    </message>
    <message>
        <source>A typical pose of the dance code</source>
        <translation>このダンスコードの典型的な姿勢</translation>
    </message>
    <message>
        <source>First axis</source>
        <translation>第 1 軸</translation>
    </message>
    <message>
        <source>Second axis</source>
        <translation>第 2 軸</translation>
    </message>
    <message>
        <source>Similar poses lie close together</source>
        <translation>似た姿勢ほど近くに並びます</translation>
    </message>
    <message>
        <source>{codes} dance codes by the centres of the codebook, {method}, seed {seed}; size: {size}; colour: highest NPMI of a pair, counted {protocol} on {songs} songs. Words: those above the threshold {threshold}.</source>
        <translation>{codes} 個のダンスコード、配置: コードブックの中心の {method}、乱数シード {seed}。大きさ: {size}。色: 組の NPMI の最大値（計数: {protocol}、{songs} 曲）。単語: しきい値 {threshold} を超えるもの。</translation>
    </message>
</context>
<context>
    <name>DancerView</name>
    <message>
        <source>it is switched off by KOTOFURI_NO_GL</source>
        <translation>KOTOFURI_NO_GL により無効です</translation>
    </message>
</context>
<context>
    <name>Describer</name>
    <message>
        <source>Open a corpus to see its songs here: sound, bars, words and NPMI on one time axis.</source>
        <translation>コーパスを開くと、ここに曲の音声、小節、単語、NPMI が一つの時間軸で表示されます。</translation>
    </message>
    <message>
        <source>This corpus has no songs yet. Import some to see them here.</source>
        <translation>このコーパスにはまだ曲がありません。取り込むとここに表示されます。</translation>
    </message>
    <message>
        <source>Choose a song in the browser to see its words and bars here.</source>
        <translation>ブラウザーで曲を選ぶと、ここに単語と小節が表示されます。</translation>
    </message>
    <message>
        <source>This song has no motion, so there is no time axis to show.</source>
        <translation>この曲にはモーションがないため、表示できる時間軸がありません。</translation>
    </message>
    <message>
        <source>This song has no sound.</source>
        <translation>この曲には音声がありません。</translation>
    </message>
    <message>
        <source>Reading the sound…</source>
        <translation>音声を読み込んでいます…</translation>
    </message>
    <message>
        <source>This song has no words.</source>
        <translation>この曲には単語がありません。</translation>
    </message>
    <message>
        <source>Reading the codes…</source>
        <translation>コードを読み込んでいます…</translation>
    </message>
    <message>
        <source>The corpus is not built yet, so words carry no colours. Build it to see NPMI.</source>
        <translation>コーパスがまだ構築されていないため、単語に色が付きません。構築すると NPMI が見られます。</translation>
    </message>
    <message>
        <source>This song has no bars of a second or longer, so it has no NPMI.</source>
        <translation>この曲には 1 秒以上の小節がないため、NPMI がありません。</translation>
    </message>
    <message>
        <source>Its time is shared out within the line.</source>
        <translation>時刻は行の中で割り振ったものです。</translation>
    </message>
    <message>
        <source>Outside the bars: no codes</source>
        <translation>小節の外: コードなし</translation>
    </message>
    <message>
        <source>Not built yet: no NPMI</source>
        <translation>未構築: NPMI なし</translation>
    </message>
    <message>
        <source>NPMI {value}, from {songs} songs with this pair</source>
        <translation>NPMI {value}、この組のある曲 {songs} 曲による</translation>
    </message>
    <message>
        <source>Dimmed: fewer than {songs} songs</source>
        <translation>淡色: {songs} 曲未満</translation>
    </message>
    <message>
        <source>Dimmed: not above the threshold of {limit}</source>
        <translation>淡色: しきい値 {limit} 以下</translation>
    </message>
    <message>
        <source>Lyric code {lyric}, dance code {dance}</source>
        <translation>歌詞コード {lyric}、ダンスコード {dance}</translation>
    </message>
    <message>
        <source>Frame {frame}, {time}</source>
        <translation>フレーム {frame}、{time}</translation>
    </message>
    <message>
        <source>Frame {frame}, {time}, bar {bar}, beat {beat}</source>
        <translation>フレーム {frame}、{time}、小節 {bar}、拍 {beat}</translation>
    </message>
</context>
<context>
    <name>DistributionView</name>
    <message>
        <source>Counting the distribution of NPMI</source>
        <translation>NPMI の分布を計数中</translation>
    </message>
    <message>
        <source>Each point is a pair of codes; few songs give extreme values. Point at one for its words, or click to choose it.</source>
        <translation>点の一つ一つがコードの組です。曲が少ないと値は極端になります。点を指すと単語が表示され、クリックすると選べます。</translation>
    </message>
    <message>
        <source>Lyric code {lyric} ({words}) and dance code {dance}: NPMI {npmi}, together in {songs} songs</source>
        <translation>歌詞コード {lyric}（{words}）とダンスコード {dance}: NPMI {npmi}、{songs} 曲で同時に出現</translation>
    </message>
    <message>
        <source>Pairs of codes</source>
        <translation>コードの組</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>フレーム</translation>
    </message>
    <message>
        <source>What is counted</source>
        <translation>数えるもの</translation>
    </message>
    <message>
        <source>Logarithmic</source>
        <translation>対数目盛</translation>
    </message>
    <message>
        <source>Compare with chance</source>
        <translation>偶然と比べる</translation>
    </message>
    <message>
        <source>Every song's lyrics are put over the dance of another song of about its length, {runs} times; what relation is then left is chance</source>
        <translation>各曲の歌詞を、ほぼ同じ長さの別の曲のダンスに重ねることを {runs} 回行います。それでも残る関わりが偶然によるものです</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>乱数シード</translation>
    </message>
    <message>
        <source>Pairs</source>
        <translation>組</translation>
    </message>
    <message>
        <source>NPMI</source>
        <translation>NPMI</translation>
    </message>
    <message>
        <source>Songs in which the pair meets</source>
        <translation>組が同時に現れる曲数</translation>
    </message>
    <message>
        <source>Histogram of NPMI</source>
        <translation>NPMI のヒストグラム</translation>
    </message>
    <message>
        <source>Number of songs against NPMI</source>
        <translation>曲数と NPMI の関係</translation>
    </message>
    <message>
        <source>{above} of {total} pairs above {threshold} ({percent} %)</source>
        <translation>{total} 組中 {above} 組が {threshold} を超過（{percent} %）</translation>
    </message>
    <message>
        <source>{above} of {total} frames above {threshold} ({percent} %)</source>
        <translation>{total} フレーム中 {above} フレームが {threshold} を超過（{percent} %）</translation>
    </message>
    <message>
        <source>{observed}; by chance {mean} ({least} to {most} in {runs} shuffles, seed {seed})</source>
        <translation>{observed}。偶然では {mean}（シャッフル {runs} 回で {least}～{most}、乱数シード {seed}）</translation>
    </message>
    <message>
        <source>Pairs that meet in two songs or more; NPMI counted {protocol} on {songs} songs.</source>
        <translation>2 曲以上で同時に現れる組。NPMI の計数: {protocol}、{songs} 曲。</translation>
    </message>
    <message>
        <source>Frames of bars with lyrics; NPMI counted {protocol} on {songs} songs; frames of pairs that meet in one song alone lie at 0.</source>
        <translation>歌詞のある小節のフレーム。NPMI の計数: {protocol}、{songs} 曲。1 曲だけで同時に現れる組のフレームは 0 とします。</translation>
    </message>
    <message>
        <source>{note} Line and small points: every song's lyrics over the dance of another song of about its length (line: mean of {runs} shuffles).</source>
        <translation>{note} 線と小さな点: 各曲の歌詞を、ほぼ同じ長さの別の曲のダンスに重ねたもの（線: シャッフル {runs} 回の平均）。</translation>
    </message>
</context>
<context>
    <name>DropOverlay</name>
    <message>
        <source>Open the corpus {name}</source>
        <translation>コーパス {name} を開く</translation>
    </message>
    <message>
        <source>Look for songs in {name}</source>
        <translation>{name} の中から曲を探す</translation>
    </message>
    <message>
        <source>Look for songs in {count} files and folders</source>
        <translation>{count} 個のファイルとフォルダーから曲を探す</translation>
    </message>
</context>
<context>
    <name>Edits</name>
    <message>
        <source>move of “{word}”</source>
        <translation>「{word}」の移動</translation>
    </message>
    <message>
        <source>times of {count} words</source>
        <translation>{count} 個の単語の時刻変更</translation>
    </message>
    <message>
        <source>move of the line “{words}…”</source>
        <translation>行「{words}…」の移動</translation>
    </message>
    <message>
        <source>shift of “{song}”</source>
        <translation>「{song}」のオフセット変更</translation>
    </message>
    <message>
        <source>Shifting the song</source>
        <translation>曲のオフセットを変更中</translation>
    </message>
    <message>
        <source>tag “{tag}”</source>
        <translation>タグ「{tag}」の追加</translation>
    </message>
    <message>
        <source>removal of the tag “{tag}”</source>
        <translation>タグ「{tag}」の削除</translation>
    </message>
    <message>
        <source>Nothing was changed in this corpus yet</source>
        <translation>このコーパスではまだ何も変更していません</translation>
    </message>
    <message>
        <source>Nothing was undone</source>
        <translation>元に戻した操作はありません</translation>
    </message>
    <message>
        <source>Word one frame earlier</source>
        <translation>単語を 1 フレーム早める</translation>
    </message>
    <message>
        <source>Word one frame later</source>
        <translation>単語を 1 フレーム遅らせる</translation>
    </message>
    <message>
        <source>Line one frame earlier</source>
        <translation>行を 1 フレーム早める</translation>
    </message>
    <message>
        <source>Line one frame later</source>
        <translation>行を 1 フレーム遅らせる</translation>
    </message>
    <message>
        <source>Choose a word first</source>
        <translation>先に単語を選んでください</translation>
    </message>
    <message>
        <source>Undo {edit}</source>
        <translation>元に戻す: {edit}</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>元に戻す</translation>
    </message>
    <message>
        <source>Redo {edit}</source>
        <translation>やり直す: {edit}</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>やり直す</translation>
    </message>
</context>
<context>
    <name>ExportActions</name>
    <message>
        <source>Export clip…</source>
        <translation>クリップを書き出し…</translation>
    </message>
    <message>
        <source>Export all places of the gesture…</source>
        <translation>ジェスチャーの全箇所を書き出し…</translation>
    </message>
    <message>
        <source>Export picture…</source>
        <translation>画像を書き出し…</translation>
    </message>
    <message>
        <source>Export figure…</source>
        <translation>図を書き出し…</translation>
    </message>
    <message>
        <source>Open a corpus and choose a song to export from.</source>
        <translation>書き出すには、コーパスを開いて曲を選んでください。</translation>
    </message>
    <message>
        <source>Write the chosen range (or the present bar) as video, GIF, motion, sound or data</source>
        <translation>選択範囲（なければ現在の小節）を動画、GIF、モーション、音声、データとして書き出します</translation>
    </message>
    <message>
        <source>Open a corpus that is built: gestures are known only there.</source>
        <translation>構築済みのコーパスを開いてください。ジェスチャーは構築後にわかります。</translation>
    </message>
    <message>
        <source>Choose a gesture first, in the browser or in the timeline.</source>
        <translation>先にブラウザーかタイムラインでジェスチャーを選んでください。</translation>
    </message>
    <message>
        <source>Write a clip of every place of the chosen gesture</source>
        <translation>選んだジェスチャーのすべての箇所をクリップとして書き出します</translation>
    </message>
    <message>
        <source>Write the player's picture as PNG</source>
        <translation>プレーヤーの画像を PNG で書き出します</translation>
    </message>
    <message>
        <source>Write poses, lyric and NPMI of the chosen range (or the present bar) as a figure</source>
        <translation>選択範囲（なければ現在の小節）の姿勢、歌詞、NPMI を図として書き出します</translation>
    </message>
    <message>
        <source>There is no picture to export.</source>
        <translation>書き出す画像がありません。</translation>
    </message>
    <message>
        <source>Export picture</source>
        <translation>画像の書き出し</translation>
    </message>
    <message>
        <source>PNG picture (*.png)</source>
        <translation>PNG 画像 (*.png)</translation>
    </message>
    <message>
        <source>Exported {file}</source>
        <translation>{file} を書き出しました</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export all places</source>
        <translation>全箇所の書き出し</translation>
    </message>
    <message>
        <source>Export a clip</source>
        <translation>クリップの書き出し</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>書き出し</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>中止</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>フォルダーで表示</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>パスをコピー</translation>
    </message>
    <message>
        <source>Progress of the export</source>
        <translation>書き出しの進捗</translation>
    </message>
    <message>
        <source>An export of this dialog is running</source>
        <translation>この画面からの書き出しを実行中です</translation>
    </message>
    <message>
        <source>No song is open.</source>
        <translation>曲が開かれていません。</translation>
    </message>
    <message>
        <source>There is no place of this gesture to export.</source>
        <translation>このジェスチャーには書き出す箇所がありません。</translation>
    </message>
    <message>
        <source>Looking at the places…</source>
        <translation>箇所を調べています…</translation>
    </message>
    <message>
        <source>Name a folder to write to.</source>
        <translation>書き出し先のフォルダーを指定してください。</translation>
    </message>
    <message>
        <source>{path} is a file; name a folder.</source>
        <translation>{path} はファイルです。フォルダーを指定してください。</translation>
    </message>
    <message>
        <source>There is no sound file to export from.</source>
        <translation>書き出す元の音声ファイルがありません。</translation>
    </message>
    <message>
        <source>{song}: {start:.2f} to {end:.2f} s, {frames} frames, {seconds:.2f} s</source>
        <translation>{song}: {start:.2f}～{end:.2f} 秒、{frames} フレーム、{seconds:.2f} 秒</translation>
    </message>
    <message>
        <source>{count} clips of {songs} songs, together {frames} frames, {seconds:.1f} s</source>
        <translation>{songs} 曲の {count} クリップ、計 {frames} フレーム、{seconds:.1f} 秒</translation>
    </message>
    <message>
        <source>The song has no sound file: the video will be silent.</source>
        <translation>この曲には音声ファイルがないため、動画は無音になります。</translation>
    </message>
    <message>
        <source>{count} songs have no sound file: their clips will be silent.</source>
        <translation>{count} 曲には音声ファイルがないため、そのクリップは無音になります。</translation>
    </message>
    <message>
        <source>The folder cannot be read: {reason}</source>
        <translation>フォルダーを読めません: {reason}</translation>
    </message>
    <message>
        <source>Writes {first} … {last} ({count} files)</source>
        <translation>{first} … {last} を書き出します（{count} ファイル）</translation>
    </message>
    <message>
        <source>Writes {name}</source>
        <translation>{name} を書き出します</translation>
    </message>
    <message>
        <source>{line} and beside it {endings}</source>
        <translation>{line}（あわせて {endings}）</translation>
    </message>
    <message>
        <source>This format has no picture.</source>
        <translation>この形式には画像がありません。</translation>
    </message>
    <message>
        <source>Exporting… this window may be closed meanwhile.</source>
        <translation>書き出しています… この画面は閉じてもかまいません。</translation>
    </message>
    <message>
        <source>Stopped. Clips that were whole are kept.</source>
        <translation>中止しました。完成していたクリップは残してあります。</translation>
    </message>
    <message>
        <source>Stopped. Nothing was written.</source>
        <translation>中止しました。何も書き出していません。</translation>
    </message>
    <message>
        <source>Exported {name}</source>
        <translation>{name} を書き出しました</translation>
    </message>
    <message>
        <source>Exported {count} clips.</source>
        <translation>{count} クリップを書き出しました。</translation>
    </message>
    <message>
        <source>{count} failed. The first: {sentence}</source>
        <translation>{count} 件失敗しました。最初の失敗: {sentence}</translation>
    </message>
    <message>
        <source>Not exported. {sentence}</source>
        <translation>書き出せませんでした。{sentence}</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>コピーしました。</translation>
    </message>
</context>
<context>
    <name>ExportForm</name>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation>形式(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Each clip shows</source>
        <translation>各クリップの範囲(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Poses</source>
        <translation>姿勢(&amp;P)</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>画像</translation>
    </message>
    <message>
        <source>&amp;Size</source>
        <translation>大きさ(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>表示(&amp;V)</translation>
    </message>
    <message>
        <source>With it</source>
        <translation>添えるもの</translation>
    </message>
    <message>
        <source>File</source>
        <translation>ファイル</translation>
    </message>
    <message>
        <source>F&amp;older</source>
        <translation>フォルダー(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>名前(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;If the file exists</source>
        <translation>同名のファイルがあるとき(&amp;I)</translation>
    </message>
    <message>
        <source>the whole bar</source>
        <translation>小節全体</translation>
    </message>
    <message>
        <source>the place alone</source>
        <translation>その箇所のみ</translation>
    </message>
    <message>
        <source>a second more at both ends</source>
        <translation>前後に 1 秒ずつ追加</translation>
    </message>
    <message>
        <source>at even steps</source>
        <translation>等間隔</translation>
    </message>
    <message>
        <source>one for each word</source>
        <translation>単語ごとに一つ</translation>
    </message>
    <message>
        <source>Square</source>
        <translation>正方形</translation>
    </message>
    <message>
        <source>HD</source>
        <translation>HD</translation>
    </message>
    <message>
        <source>Full HD</source>
        <translation>フル HD</translation>
    </message>
    <message>
        <source>Upright</source>
        <translation>縦長</translation>
    </message>
    <message>
        <source>Own size</source>
        <translation>サイズを指定</translation>
    </message>
    <message>
        <source>as in the player</source>
        <translation>プレーヤーと同じ</translation>
    </message>
    <message>
        <source>front</source>
        <translation>正面</translation>
    </message>
    <message>
        <source>side</source>
        <translation>側面</translation>
    </message>
    <message>
        <source>top</source>
        <translation>真上</translation>
    </message>
    <message>
        <source>three-quarter</source>
        <translation>斜め</translation>
    </message>
    <message>
        <source>light</source>
        <translation>ライト</translation>
    </message>
    <message>
        <source>dark</source>
        <translation>ダーク</translation>
    </message>
    <message>
        <source>add a number to the name</source>
        <translation>名前に番号を付ける</translation>
    </message>
    <message>
        <source>do not write</source>
        <translation>書き出さない</translation>
    </message>
    <message>
        <source>replace it</source>
        <translation>置き換える</translation>
    </message>
    <message>
        <source>Mirrored</source>
        <translation>左右反転</translation>
    </message>
    <message>
        <source>Lyric line</source>
        <translation>歌詞の行</translation>
    </message>
    <message>
        <source>Credit line</source>
        <translation>クレジット</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>音声</translation>
    </message>
    <message>
        <source>Subtitles that can be switched off</source>
        <translation>表示を切り替えられる字幕</translation>
    </message>
    <message>
        <source>.srt beside it</source>
        <translation>.srt も書き出す</translation>
    </message>
    <message>
        <source>.ass beside it</source>
        <translation>.ass も書き出す</translation>
    </message>
    <message>
        <source>.wav beside it</source>
        <translation>.wav も書き出す</translation>
    </message>
    <message>
        <source>credit as .txt</source>
        <translation>クレジットを .txt で</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>選択…</translation>
    </message>
    <message>
        <source>Theme of the picture</source>
        <translation>画像のテーマ</translation>
    </message>
    <message>
        <source>Width in pixels</source>
        <translation>幅（ピクセル）</translation>
    </message>
    <message>
        <source>Height in pixels</source>
        <translation>高さ（ピクセル）</translation>
    </message>
    <message>
        <source>Fields that are filled in: {fields}</source>
        <translation>置き換わる項目: {fields}</translation>
    </message>
    <message>
        <source>MP4 video</source>
        <translation>MP4 動画</translation>
    </message>
    <message>
        <source>GIF animation</source>
        <translation>GIF アニメーション</translation>
    </message>
    <message>
        <source>Figure, SVG</source>
        <translation>図（SVG）</translation>
    </message>
    <message>
        <source>Figure, PDF</source>
        <translation>図（PDF）</translation>
    </message>
    <message>
        <source>Figure, PNG</source>
        <translation>図（PNG）</translation>
    </message>
    <message>
        <source>Motion for MMD, VMD</source>
        <translation>MMD 用モーション（VMD）</translation>
    </message>
    <message>
        <source>Motion, BVH</source>
        <translation>モーション（BVH）</translation>
    </message>
    <message>
        <source>Table of frames, CSV</source>
        <translation>フレームの表（CSV）</translation>
    </message>
    <message>
        <source>All data, JSON</source>
        <translation>全データ（JSON）</translation>
    </message>
    <message>
        <source>Praat TextGrid</source>
        <translation>Praat TextGrid</translation>
    </message>
    <message>
        <source>Sound, WAV</source>
        <translation>音声（WAV）</translation>
    </message>
    <message>
        <source>Sound, Ogg Vorbis</source>
        <translation>音声（Ogg Vorbis）</translation>
    </message>
    <message>
        <source>Subtitles, SRT</source>
        <translation>字幕（SRT）</translation>
    </message>
    <message>
        <source>Karaoke subtitles, ASS</source>
        <translation>カラオケ字幕（ASS）</translation>
    </message>
    <message>
        <source>Lyrics, LRC</source>
        <translation>歌詞（LRC）</translation>
    </message>
    <message>
        <source>A video needs an even width and height.</source>
        <translation>動画の幅と高さは偶数にしてください。</translation>
    </message>
    <message>
        <source>This format has no picture.</source>
        <translation>この形式には画像がありません。</translation>
    </message>
    <message>
        <source>A vector figure has no size in pixels.</source>
        <translation>ベクター図にはピクセル単位の大きさがありません。</translation>
    </message>
    <message>
        <source>Only for video and GIF.</source>
        <translation>動画と GIF のみ。</translation>
    </message>
    <message>
        <source>Only for MP4 video; a GIF has no sound.</source>
        <translation>MP4 動画のみ。GIF に音声は入りません。</translation>
    </message>
    <message>
        <source>A figure's height follows from its width.</source>
        <translation>図の高さは幅に応じて決まります。</translation>
    </message>
    <message>
        <source>The file itself is of this format.</source>
        <translation>ファイル自体がこの形式です。</translation>
    </message>
    <message>
        <source>Folder for the export</source>
        <translation>書き出し先のフォルダー</translation>
    </message>
</context>
<context>
    <name>ExportRun</name>
    <message>
        <source>Exporting {count} clips</source>
        <translation>{count} クリップを書き出し中</translation>
    </message>
    <message>
        <source>Exporting a clip</source>
        <translation>クリップを書き出し中</translation>
    </message>
    <message>
        <source>Exported {file}</source>
        <translation>{file} を書き出しました</translation>
    </message>
    <message>
        <source>Exported {count} clips to {folder}</source>
        <translation>{count} クリップを {folder} に書き出しました</translation>
    </message>
</context>
<context>
    <name>FigureView</name>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Compute</source>
        <translation>計算</translation>
    </message>
    <message>
        <source>Open a corpus to see its figures.</source>
        <translation>コーパスを開くと、ここに図が表示されます。</translation>
    </message>
    <message>
        <source>The corpus {name} is not ready to be counted. Build it, and its figures appear here.</source>
        <translation>コーパス {name} はまだ計数できません。構築すると、ここに図が表示されます。</translation>
    </message>
    <message>
        <source>Counting…</source>
        <translation>計数しています…</translation>
    </message>
    <message>
        <source>Stopped before there was anything to show.</source>
        <translation>表示できる結果が出る前に中止しました。</translation>
    </message>
    <message>
        <source>The figure could not be computed.</source>
        <translation>図を計算できませんでした。</translation>
    </message>
</context>
<context>
    <name>FiguresPane</name>
    <message>
        <source>Table 1: share of positive NPMI</source>
        <translation>表 1: 正の NPMI の割合</translation>
    </message>
    <message>
        <source>Table 2: search quality</source>
        <translation>表 2: 検索の精度</translation>
    </message>
    <message>
        <source>NPMI matrix</source>
        <translation>NPMI の行列</translation>
    </message>
    <message>
        <source>Distribution of NPMI</source>
        <translation>NPMI の分布</translation>
    </message>
    <message>
        <source>Map of the dance codes</source>
        <translation>ダンスコードの地図</translation>
    </message>
    <message>
        <source>Export figure…</source>
        <translation>図を書き出し…</translation>
    </message>
    <message>
        <source>Save the figure shown as a picture or a table</source>
        <translation>表示中の図を画像または表として保存します</translation>
    </message>
    <message>
        <source>Table 1</source>
        <translation>表 1</translation>
    </message>
    <message>
        <source>Table 2</source>
        <translation>表 2</translation>
    </message>
    <message>
        <source>Matrix</source>
        <translation>行列</translation>
    </message>
    <message>
        <source>Distribution</source>
        <translation>分布</translation>
    </message>
    <message>
        <source>Dance codes</source>
        <translation>ダンスコード</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>図表</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>書き出し…</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>読み込み中…</translation>
    </message>
    <message>
        <source>There is no figure to export yet.</source>
        <translation>書き出す図がまだありません。</translation>
    </message>
    <message>
        <source>Table, comma-separated (*.csv)</source>
        <translation>コンマ区切りの表 (*.csv)</translation>
    </message>
    <message>
        <source>Table, tab-separated (*.tsv)</source>
        <translation>タブ区切りの表 (*.tsv)</translation>
    </message>
    <message>
        <source>Table with all settings (*.json)</source>
        <translation>全設定を含む表 (*.json)</translation>
    </message>
    <message>
        <source>Picture (*.png)</source>
        <translation>画像 (*.png)</translation>
    </message>
    <message>
        <source>Drawing (*.svg)</source>
        <translation>ベクター画像 (*.svg)</translation>
    </message>
    <message>
        <source>Export figure</source>
        <translation>図の書き出し</translation>
    </message>
    <message>
        <source>The figure was saved as {path}.</source>
        <translation>図を {path} に保存しました。</translation>
    </message>
    <message>
        <source>The figure was not saved: {reason}</source>
        <translation>図を保存できませんでした: {reason}</translation>
    </message>
</context>
<context>
    <name>Filters</name>
    <message>
        <source>Method</source>
        <translation>手法</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>プロトコル</translation>
    </message>
    <message>
        <source>Songs</source>
        <translation>曲</translation>
    </message>
    <message>
        <source>Least score</source>
        <translation>最低スコア</translation>
    </message>
    <message>
        <source>Repeats</source>
        <translation>重複</translation>
    </message>
    <message>
        <source>inductive</source>
        <translation>inductive（学習曲で計数）</translation>
    </message>
    <message>
        <source>transductive</source>
        <translation>transductive（全曲で計数）</translation>
    </message>
    <message>
        <source>leave one song out</source>
        <translation>leave-one-song-out（1 曲抜き）</translation>
    </message>
    <message>
        <source>all songs</source>
        <translation>全曲</translation>
    </message>
    <message>
        <source>training</source>
        <translation>学習</translation>
    </message>
    <message>
        <source>dev</source>
        <translation>dev</translation>
    </message>
    <message>
        <source>test</source>
        <translation>test</translation>
    </message>
    <message>
        <source>fold near copies</source>
        <translation>ほぼ同じものをまとめる</translation>
    </message>
    <message>
        <source>one bar a song</source>
        <translation>1 曲につき 1 小節</translation>
    </message>
    <message>
        <source>show all</source>
        <translation>すべて表示</translation>
    </message>
    <message>
        <source>Relations are counted on the training songs.</source>
        <translation>関わりを学習用の曲で数えます。</translation>
    </message>
    <message>
        <source>Relations are counted on all songs, those searched among them.</source>
        <translation>関わりを、検索対象の曲も含む全曲で数えます。</translation>
    </message>
    <message>
        <source>Relations are counted on all other songs. A typed lyric belongs to no song, so for it nothing is left out.</source>
        <translation>関わりをほかの全曲で数えます。入力した歌詞はどの曲にも属さないため、除く曲はありません。</translation>
    </message>
    <message>
        <source>On which songs relations are counted; the same in the whole window</source>
        <translation>関わりをどの曲で数えるか（ウィンドウ全体で共通）</translation>
    </message>
    <message>
        <source>Length within</source>
        <translation>長さを限定</translation>
    </message>
    <message>
        <source>Ask only about bars of about the query's length, where length says nothing</source>
        <translation>検索語とほぼ同じ長さの小節だけを対象にし、長さが手がかりにならないようにします</translation>
    </message>
    <message>
        <source> frames</source>
        <translation> フレーム</translation>
    </message>
    <message>
        <source>Frames by which a bar may be longer or shorter than the query</source>
        <translation>小節が検索語より長く、または短くてもよいフレーム数</translation>
    </message>
</context>
<context>
    <name>Fitting</name>
    <message>
        <source>{system} is fitted to this corpus.</source>
        <translation>{system}をこのコーパスで学習しました。</translation>
    </message>
    <message>
        <source>Fitting {system}</source>
        <translation>{system}を学習中</translation>
    </message>
</context>
<context>
    <name>GestureDelegate</name>
    <message>
        <source>+{count} more · {detail}</source>
        <translation>ほかの動き {count} 件 · {detail}</translation>
    </message>
    <message>
        <source>(no word)</source>
        <translation>（単語なし）</translation>
    </message>
</context>
<context>
    <name>GestureFilters</name>
    <message>
        <source>Any genre</source>
        <translation>すべてのジャンル</translation>
    </message>
    <message>
        <source>Any split</source>
        <translation>すべての分割</translation>
    </message>
    <message>
        <source>Word</source>
        <translation>単語</translation>
    </message>
    <message>
        <source>Filter gestures by word</source>
        <translation>ジェスチャーを単語で絞り込む</translation>
    </message>
    <message>
        <source>Song or artist</source>
        <translation>曲名またはアーティスト</translation>
    </message>
    <message>
        <source>Filter gestures by song</source>
        <translation>ジェスチャーを曲で絞り込む</translation>
    </message>
    <message>
        <source>Genre</source>
        <translation>ジャンル</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>分割</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>並び順</translation>
    </message>
    <message>
        <source>NPMI at least</source>
        <translation>NPMI の下限</translation>
    </message>
    <message>
        <source>Songs at least</source>
        <translation>曲数の下限</translation>
    </message>
    <message>
        <source>Significant, false at most</source>
        <translation>有意なもののみ（誤りの上限）</translation>
    </message>
    <message>
        <source>Most false gestures among the significant ones, percent</source>
        <translation>有意とされたジェスチャーに含まれる誤りの上限（%）</translation>
    </message>
    <message>
        <source>Only pairs that meet in more songs than they would if songs of like length exchanged their dances. All pairs are tested at once: of what is then shown, about this share is expected to be chance.</source>
        <translation>同じくらいの長さの曲どうしでダンスを入れ替えた場合より多くの曲で同時に現れる組だけを表示します。すべての組をまとめて検定するので、表示されたもののうち、およそこの割合までが偶然によるものと見込まれます。</translation>
    </message>
    <message>
        <source>Best evidence first</source>
        <translation>根拠の強い順</translation>
    </message>
    <message>
        <source>Highest NPMI first</source>
        <translation>NPMI の高い順</translation>
    </message>
    <message>
        <source>Most songs first</source>
        <translation>曲の多い順</translation>
    </message>
    <message>
        <source>Most frames first</source>
        <translation>フレームの多い順</translation>
    </message>
    <message>
        <source>By word</source>
        <translation>単語順</translation>
    </message>
    <message>
        <source>Best evidence: what is least likely to be chance comes first, judged by how many songs share the word and the movement. NPMI alone favours pairs that occur in two songs only.</source>
        <translation>根拠の強い順: 単語と動きが何曲で同時に現れるかをもとに、偶然とは最も考えにくいものから並べます。NPMI だけで並べると、2 曲にしか現れない組が有利になります。</translation>
    </message>
    <message>
        <source>Filters ({count})</source>
        <translation>絞り込み（{count}）</translation>
    </message>
    <message>
        <source>Filters</source>
        <translation>絞り込み</translation>
    </message>
    <message>
        <source>Filter by song, genre, split, NPMI, number of songs and significance</source>
        <translation>曲、ジャンル、分割、NPMI、曲数、有意性で絞り込みます</translation>
    </message>
</context>
<context>
    <name>GesturesModel</name>
    <message>
        <source>(no word)</source>
        <translation>（単語なし）</translation>
    </message>
    <message>
        <source>Together in {songs} of the {sung} songs that sing it</source>
        <translation>この単語を歌う {sung} 曲中 {songs} 曲で同時に出現</translation>
    </message>
    <message>
        <source>Together in {songs} of {sung} songs</source>
        <translation>{sung} 曲中 {songs} 曲で同時に出現</translation>
    </message>
    <message>
        <source>{chance} expected by chance · {frames} frames · {places} places</source>
        <translation>偶然の期待値 {chance} · {frames} フレーム · {places} 箇所</translation>
    </message>
    <message>
        <source>NPMI {npmi} (1: always together, 0: as often as chance, -1: never).</source>
        <translation>NPMI {npmi}（1: 常に同時、0: 偶然どおり、-1: 同時になし）。</translation>
    </message>
    <message>
        <source>Lyric code {lyric} occurs in {sung} of the {counted} counted songs, dance code {dance} in {danced}; they share a frame in {songs}.</source>
        <translation>計数した {counted} 曲のうち、歌詞コード {lyric} は {sung} 曲、ダンスコード {dance} は {danced} 曲に現れ、{songs} 曲でフレームを共有します。</translation>
    </message>
    <message>
        <source>Were both strewn over the songs at random, {chance} songs would have both; {songs} or more with probability {p}.</source>
        <translation>両者が曲に無作為に散らばっていれば、両方を含むのは {chance} 曲です。{songs} 曲以上になる確率は {p} です。</translation>
    </message>
    <message>
        <source>Were dances exchanged among songs of like length, {songs} or more with probability {p}; of all pairs as unlikely as this, about {q} % are chance.</source>
        <translation>同じくらいの長さの曲どうしでダンスを入れ替えた場合に {songs} 曲以上となる確率は {p}。これ以上に起こりにくい組のうち、およそ {q} % が偶然によるものです。</translation>
    </message>
    <message>
        <source>Counting protocol: {protocol}.</source>
        <translation>計数のプロトコル: {protocol}。</translation>
    </message>
    <message>
        <source>Words and places: {words}</source>
        <translation>単語と箇所: {words}</translation>
    </message>
    <message>
        <source>{words}: {sentence}, NPMI {npmi}</source>
        <translation>{words}: {sentence}、NPMI {npmi}</translation>
    </message>
</context>
<context>
    <name>GesturesTab</name>
    <message>
        <source>Show side by side</source>
        <translation>並べて表示</translation>
    </message>
    <message>
        <source>Export all places…</source>
        <translation>全箇所を書き出し…</translation>
    </message>
    <message>
        <source>Play here</source>
        <translation>ここを再生</translation>
    </message>
    <message>
        <source>Show side by side with others</source>
        <translation>ほかと並べて表示</translation>
    </message>
    <message>
        <source>Export this place…</source>
        <translation>この箇所を書き出し…</translation>
    </message>
    <message>
        <source>Words and movements that meet in more songs than by chance. The number is their NPMI: the nearer to 1, the closer they belong.</source>
        <translation>偶然より多くの曲で同時に現れる単語と動きの組です。数値は NPMI で、1 に近いほど強く結びついています。</translation>
    </message>
    <message>
        <source>Gestures</source>
        <translation>ジェスチャー</translation>
    </message>
    <message>
        <source>Places of the gesture</source>
        <translation>ジェスチャーの箇所</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>並べて表示</translation>
    </message>
    <message>
        <source>Show up to four dancers at once, their words beginning at the same moment</source>
        <translation>最大 4 人のダンサーを、単語の始まりをそろえて同時に表示します</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>書き出し…</translation>
    </message>
    <message>
        <source>Export all these places</source>
        <translation>これらの箇所をすべて書き出す</translation>
    </message>
    <message>
        <source>{shown} of {total} gestures</source>
        <translation>{total} 件中 {shown} 件のジェスチャー</translation>
    </message>
    <message>
        <source>No corpus is open. Open one, or drop a folder of dances and lyrics here.</source>
        <translation>コーパスが開かれていません。開くか、ダンスと歌詞のフォルダーをここにドロップしてください。</translation>
    </message>
    <message>
        <source>Gathering gestures…</source>
        <translation>ジェスチャーを集めています…</translation>
    </message>
    <message>
        <source>The gestures could not be gathered. {reason}</source>
        <translation>ジェスチャーを集められませんでした。{reason}</translation>
    </message>
    <message>
        <source>Gestures are found when the corpus is built. {reason}</source>
        <translation>ジェスチャーはコーパスを構築すると見つかります。{reason}</translation>
    </message>
    <message>
        <source>No word and movement meet in more songs than chance would have it. More songs, or fewer codes in the build, may bring some to light.</source>
        <translation>偶然より多くの曲で同時に現れる単語と動きはありません。曲を増やすか、構築時のコード数を減らすと、見つかることがあります。</translation>
    </message>
    <message>
        <source>Testing which gestures meet in more songs than chance would have it…</source>
        <translation>偶然より多くの曲に現れるジェスチャーを検定しています…</translation>
    </message>
    <message>
        <source>The gestures could not be tested. {reason}</source>
        <translation>ジェスチャーを検定できませんでした。{reason}</translation>
    </message>
    <message>
        <source>No gesture fits these filters.</source>
        <translation>条件に合うジェスチャーはありません。</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>絞り込みを解除</translation>
    </message>
    <message>
        <source>{words}: {places} places in {songs} songs</source>
        <translation>{words}: {songs} 曲に {places} 箇所</translation>
    </message>
    <message>
        <source>{words}: {places} of {all} places, in {songs} songs</source>
        <translation>{words}: {songs} 曲に {places} 箇所（全 {all} 箇所中）</translation>
    </message>
    <message>
        <source>Places are listed from all songs; the NPMI is counted on {counted} of them ({protocol}).</source>
        <translation>箇所は全曲から挙げています。NPMI はそのうち {counted} 曲で数えたものです（{protocol}）。</translation>
    </message>
    <message>
        <source>None of its places fits these filters.</source>
        <translation>条件に合う箇所はありません。</translation>
    </message>
    <message>
        <source>Choose a gesture to see every place where it happens, then click a place to watch it.</source>
        <translation>ジェスチャーを選ぶと、現れるすべての箇所が表示されます。箇所をクリックすると見られます。</translation>
    </message>
</context>
<context>
    <name>GoTo</name>
    <message>
        <source>Go to: f120, 12.5, 1:23.4, 5:2</source>
        <translation>移動先: f120、12.5、1:23.4、5:2</translation>
    </message>
    <message>
        <source>Go to a frame, seconds or bar and beat</source>
        <translation>フレーム、秒、または小節と拍へ移動</translation>
    </message>
    <message>
        <source>&lt;b&gt;Go to&lt;/b&gt;&lt;br&gt;f120 or 120f: frame 120&lt;br&gt;12.5: second 12.5&lt;br&gt;1:23.4 (two digits after the colon): 1 minute 23.4 seconds&lt;br&gt;5:2 (one digit after the colon): bar 5, beat 2&lt;br&gt;b5: bar 5</source>
        <translation>&lt;b&gt;移動先&lt;/b&gt;&lt;br&gt;f120 または 120f: フレーム 120&lt;br&gt;12.5: 12.5 秒&lt;br&gt;1:23.4（コロンの後が 2 桁）: 1 分 23.4 秒&lt;br&gt;5:2（コロンの後が 1 桁）: 小節 5、拍 2&lt;br&gt;b5: 小節 5</translation>
    </message>
    <message>
        <source>“{text}” is no place. Write f120 for a frame, 12.5 or 1:23.4 for seconds, 5:2 for bar 5, beat 2.</source>
        <translation>「{text}」は位置として読み取れません。フレームは f120、秒は 12.5 や 1:23.4、小節 5 の拍 2 は 5:2 のように入力してください。</translation>
    </message>
</context>
<context>
    <name>HitsView</name>
    <message>
        <source>Hits</source>
        <translation>検索結果</translation>
    </message>
    <message>
        <source>(nothing is sung)</source>
        <translation>（歌なし）</translation>
    </message>
    <message>
        <source>no picture</source>
        <translation>画像なし</translation>
    </message>
    <message>
        <source>bar {bar}, {time} · {artist}</source>
        <translation>{bar} 小節目、{time} · {artist}</translation>
    </message>
    <message>
        <source>more bars of this song: {count}; click +{count} or press + to see them</source>
        <translation>この曲の他の小節: {count}。+{count} をクリックするか + キーで表示します</translation>
    </message>
    <message>
        <source>near copies: {count}; click +{count} or press + to see them</source>
        <translation>ほぼ同じもの: {count}。+{count} をクリックするか + キーで表示します</translation>
    </message>
    <message>
        <source>bar {bar}, {time}</source>
        <translation>小節 {bar}、{time}</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>Import songs</source>
        <translation>曲の取り込み</translation>
    </message>
    <message>
        <source>{count} songs found. Files of one name in one folder belong together.</source>
        <translation>{count} 曲見つかりました。同じフォルダーの同じ名前のファイルを一組とします。</translation>
    </message>
    <message>
        <source>Song</source>
        <translation>曲</translation>
    </message>
    <message>
        <source>Motion</source>
        <translation>モーション</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>モデル</translation>
    </message>
    <message>
        <source>Lyrics</source>
        <translation>歌詞</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>音声</translation>
    </message>
    <message>
        <source>Beats</source>
        <translation>拍</translation>
    </message>
    <message>
        <source>Songs found</source>
        <translation>見つかった曲</translation>
    </message>
    <message>
        <source>{name} is no motion, folder or manifest.csv and is not used.</source>
        <translation>{name} はモーション、フォルダー、manifest.csv のいずれでもないため、使われません。</translation>
    </message>
    <message>
        <source>… and {count} more.</source>
        <translation>… ほか {count} 件。</translation>
    </message>
    <message>
        <source>Add to the open corpus ({name})</source>
        <translation>開いているコーパスに追加（{name}）</translation>
    </message>
    <message>
        <source>New corpus in:</source>
        <translation>新しいコーパスの場所:</translation>
    </message>
    <message>
        <source>Folder of the new corpus</source>
        <translation>新しいコーパスのフォルダー</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>選択…</translation>
    </message>
    <message>
        <source>Build afterwards (vectors, codebooks, NPMI)</source>
        <translation>続けて構築する（ベクトル、コードブック、NPMI）</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>取り込む</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>There is no song that could be imported.</source>
        <translation>取り込める曲がありません。</translation>
    </message>
    <message>
        <source>Tick at least one song.</source>
        <translation>1 曲以上にチェックを付けてください。</translation>
    </message>
    <message>
        <source>Name a folder for the corpus.</source>
        <translation>コーパスのフォルダーを指定してください。</translation>
    </message>
</context>
<context>
    <name>KeysPage</name>
    <message>
        <source>Keys</source>
        <translation>キー操作</translation>
    </message>
    <message>
        <source>Set of keys</source>
        <translation>キーの組み合わせ</translation>
    </message>
    <message>
        <source>Editor (arrows go by frames)</source>
        <translation>編集ソフト風（矢印キーはフレーム単位）</translation>
    </message>
    <message>
        <source>Media player (arrows go by seconds)</source>
        <translation>メディアプレーヤー風（矢印キーは秒単位）</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>変更</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>新しいキー</translation>
    </message>
    <message>
        <source>Assign</source>
        <translation>割り当て</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>追加</translation>
    </message>
    <message>
        <source>Keep the present keys and add this one.</source>
        <translation>現在のキーを残したまま、このキーを追加します。</translation>
    </message>
    <message>
        <source>No key</source>
        <translation>キーなし</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>リセット</translation>
    </message>
    <message>
        <source>Give this action the keys of the chosen set back.</source>
        <translation>この操作のキーを、選んだ組み合わせのものに戻します。</translation>
    </message>
    <message>
        <source>Restore defaults</source>
        <translation>初期設定に戻す</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>あり</translation>
    </message>
    <message>
        <source>clashes</source>
        <translation>重複</translation>
    </message>
    <message>
        <source>Choose an action, then press the key that it shall have.</source>
        <translation>操作を選び、割り当てるキーを押してください。</translation>
    </message>
    <message>
        <source>{key} belongs to “{action}” now; assigning takes it away from there.</source>
        <translation>{key} は現在「{action}」のキーです。割り当てると、そちらからは外れます。</translation>
    </message>
    <message>
        <source>The key is free.</source>
        <translation>このキーは空いています。</translation>
    </message>
    <message>
        <source>Press the new key of “{action}”.</source>
        <translation>「{action}」の新しいキーを押してください。</translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <source>NPMI</source>
        <translation>NPMI</translation>
    </message>
    <message>
        <source>Colours of NPMI</source>
        <translation>NPMI の色</translation>
    </message>
    <message>
        <source>Blue: word and movement come together less often than by chance. Grey: as often. Orange: more often. Values at or below the threshold are paler.</source>
        <translation>青: 単語と動きが偶然より少なく同時に現れます。灰: 偶然どおり。橙: 偶然より多く同時に現れます。しきい値以下の値は淡く表示します。</translation>
    </message>
</context>
<context>
    <name>LyricPage</name>
    <message>
        <source>The method '{name}' cannot search for typed lyrics; choose another one.</source>
        <translation>手法「{name}」では入力した歌詞を検索できません。別の手法を選んでください。</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>絞り込み</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比較</translation>
    </message>
    <message>
        <source>The hits of two systems side by side</source>
        <translation>二つのシステムの検索結果を並べて表示します</translation>
    </message>
    <message>
        <source>Words of this corpus that have a movement of their own:</source>
        <translation>このコーパスで固有の動きを持つ単語:</translation>
    </message>
    <message>
        <source>Reading the corpus…</source>
        <translation>コーパスを読み込んでいます…</translation>
    </message>
    <message>
        <source>Open a corpus to search its dances by typed lyrics.</source>
        <translation>コーパスを開くと、入力した歌詞でダンスを検索できます。</translation>
    </message>
    <message>
        <source>Search needs a built corpus. {why}</source>
        <translation>検索には構築済みのコーパスが必要です。{why}</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>再試行</translation>
    </message>
    <message>
        <source>Type a line of lyrics: the bars are found whose movements go with its words.</source>
        <translation>歌詞を 1 行入力してください。その単語と結びつく動きの小節を探します。</translation>
    </message>
    <message>
        <source>The first search in a corpus takes a few seconds, the others follow every key.</source>
        <translation>コーパスでの最初の検索は数秒かかり、その後は入力のたびに結果が出ます。</translation>
    </message>
    <message>
        <source>No bar passes the filters.</source>
        <translation>条件に合う小節はありません。</translation>
    </message>
    <message>
        <source>Take the filters off</source>
        <translation>絞り込みを解除</translation>
    </message>
    <message>
        <source>Waking the language model…</source>
        <translation>言語モデルを起動しています…</translation>
    </message>
    <message>
        <source>Making the index…</source>
        <translation>索引を作成しています…</translation>
    </message>
</context>
<context>
    <name>LyricProcess</name>
    <message>
        <source>The language model's process ended {count} times in a row ({why}); click to try again.</source>
        <translation>言語モデルのプロセスが続けて {count} 回終了しました（{why}）。クリックすると再試行します。</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Open corpus…</source>
        <translation>コーパスを開く…</translation>
    </message>
    <message>
        <source>Import songs…</source>
        <translation>曲を取り込む…</translation>
    </message>
    <message>
        <source>Build…</source>
        <translation>構築…</translation>
    </message>
    <message>
        <source>Vectors, codebooks and NPMI of the open corpus</source>
        <translation>開いているコーパスのベクトル、コードブック、NPMI を作成します</translation>
    </message>
    <message>
        <source>Demo corpus</source>
        <translation>デモコーパス</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>設定…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>終了</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>全画面表示</translation>
    </message>
    <message>
        <source>Player</source>
        <translation>プレーヤー</translation>
    </message>
    <message>
        <source>Browser</source>
        <translation>ブラウザー</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>検索</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>タイムライン</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>図表</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>単語</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>問題</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>タグ</translation>
    </message>
    <message>
        <source>Standard layout</source>
        <translation>標準の配置</translation>
    </message>
    <message>
        <source>Find an action…</source>
        <translation>操作を探す…</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>キー操作</translation>
    </message>
    <message>
        <source>About Kotofuri</source>
        <translation>Kotofuri について</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>まだありません</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>再生操作</translation>
    </message>
    <message>
        <source>Open recent</source>
        <translation>最近使ったコーパスを開く</translation>
    </message>
</context>
<context>
    <name>MatrixView</name>
    <message>
        <source>Counting the NPMI matrix</source>
        <translation>NPMI の行列を計数中</translation>
    </message>
    <message>
        <source>No lyric code stands for “{text}”.</source>
        <translation>「{text}」に当たる歌詞コードはありません。</translation>
    </message>
    <message>
        <source>Lyric code {code}, in {songs} of {total} counted songs</source>
        <translation>歌詞コード {code}、計数した {total} 曲中 {songs} 曲</translation>
    </message>
    <message>
        <source>Strongest dance codes: {codes}</source>
        <translation>最も強く結びつくダンスコード: {codes}</translation>
    </message>
    <message>
        <source>{words} and {more} more</source>
        <translation>{words}、ほか {more} 語</translation>
    </message>
    <message>
        <source>Words: none; frames in which nothing is sung</source>
        <translation>単語: なし（歌のないフレーム）</translation>
    </message>
    <message>
        <source>Words: {words}</source>
        <translation>単語: {words}</translation>
    </message>
    <message>
        <source>Point at a cell for its codes and counts; click to choose the pair. Wheel: zoom. Drag: move.</source>
        <translation>セルを指すとコードと件数が表示され、クリックすると組を選べます。ホイール: 拡大・縮小。ドラッグ: 移動。</translation>
    </message>
    <message>
        <source>Lyric code {lyric} and dance code {dance}: NPMI {npmi}</source>
        <translation>歌詞コード {lyric} とダンスコード {dance}: NPMI {npmi}</translation>
    </message>
    <message>
        <source>Lyric code {lyric} and dance code {dance}: never together</source>
        <translation>歌詞コード {lyric} とダンスコード {dance}: 同時に現れません</translation>
    </message>
    <message>
        <source>Lyric code {lyric} and dance code {dance}: together in one song alone, NPMI 0</source>
        <translation>歌詞コード {lyric} とダンスコード {dance}: 1 曲だけで同時に出現、NPMI 0</translation>
    </message>
    <message>
        <source>Together in {pair} songs; the lyric code in {x}, the dance code in {y}, of {total} counted.</source>
        <translation>計数した {total} 曲中、同時に現れるのは {pair} 曲、歌詞コードは {x} 曲、ダンスコードは {y} 曲。</translation>
    </message>
    <message>
        <source>Ordered by</source>
        <translation>並び順</translation>
    </message>
    <message>
        <source>Only codes with a positive pair</source>
        <translation>正の組を持つコードのみ</translation>
    </message>
    <message>
        <source>Find a word</source>
        <translation>単語を探す</translation>
    </message>
    <message>
        <source>Enter shows the word's lyric code; Enter again its next one</source>
        <translation>Enter でその単語の歌詞コードを表示し、もう一度 Enter を押すと次のコードに移ります</translation>
    </message>
    <message>
        <source>Lyric code</source>
        <translation>歌詞コード</translation>
    </message>
    <message>
        <source>Dance code</source>
        <translation>ダンスコード</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>すべて表示</translation>
    </message>
    <message>
        <source>Lyric codes</source>
        <translation>歌詞コード</translation>
    </message>
    <message>
        <source>Dance codes</source>
        <translation>ダンスコード</translation>
    </message>
    <message>
        <source>NPMI of every pair of lyric and dance codes</source>
        <translation>歌詞コードとダンスコードのすべての組の NPMI</translation>
    </message>
    <message>
        <source>NPMI counted {protocol} on {songs} songs; {lyric} lyric and {dance} dance codes; {seen} pairs meet, {positive} of them with positive NPMI. Blank: never together.</source>
        <translation>NPMI の計数: {protocol}、{songs} 曲。歌詞コード {lyric} 個、ダンスコード {dance} 個。同時に現れる組 {seen} 個、うち NPMI が正の組 {positive} 個。空白: 同時に現れない組。</translation>
    </message>
</context>
<context>
    <name>Moves</name>
    <message>
        <source>There is no word after this place.</source>
        <translation>これより後に単語はありません。</translation>
    </message>
    <message>
        <source>There is no word before this place.</source>
        <translation>これより前に単語はありません。</translation>
    </message>
    <message>
        <source>There is no bar after this place.</source>
        <translation>これより後に小節はありません。</translation>
    </message>
    <message>
        <source>There is no bar before this place.</source>
        <translation>これより前に小節はありません。</translation>
    </message>
    <message>
        <source>No positive stretch follows in this song; the browser lists those of all songs.</source>
        <translation>この曲では、これより後に正の区間はありません。全曲の区間はブラウザーにあります。</translation>
    </message>
    <message>
        <source>No positive stretch comes before this place; the browser lists those of all songs.</source>
        <translation>この曲では、これより前に正の区間はありません。全曲の区間はブラウザーにあります。</translation>
    </message>
    <message>
        <source>No song is shown.</source>
        <translation>曲が表示されていません。</translation>
    </message>
    <message>
        <source>This song has no bars.</source>
        <translation>この曲には小節がありません。</translation>
    </message>
    <message>
        <source>The bars go from 1 to {last}.</source>
        <translation>小節は 1 から {last} までです。</translation>
    </message>
    <message>
        <source>Bar {bar} has {beats} beats.</source>
        <translation>小節 {bar} は {beats} 拍です。</translation>
    </message>
    <message>
        <source>The song ends at frame {frame}, second {seconds:.2f}.</source>
        <translation>曲はフレーム {frame}（{seconds:.2f} 秒）で終わります。</translation>
    </message>
</context>
<context>
    <name>Notes</name>
    <message>
        <source>{done:,} of {bars:,} bars so far · {method} · {protocol}</source>
        <translation>これまでに {bars:,} 小節中 {done:,} 小節 · {method} · {protocol}</translation>
    </message>
    <message>
        <source>{bars:,} bars in {seconds:.3f} s, {matching:,} of them reach the least score · {method} · {protocol}</source>
        <translation>{bars:,} 小節を {seconds:.3f} 秒で検索、最低スコア以上は {matching:,} 小節 · {method} · {protocol}</translation>
    </message>
    <message>
        <source>{bars:,} bars in {seconds:.3f} s · {method} · {protocol}</source>
        <translation>{bars:,} 小節を {seconds:.3f} 秒で検索 · {method} · {protocol}</translation>
    </message>
    <message>
        <source>A typed lyric belongs to no song, so none is left out: relations are counted on all songs.</source>
        <translation>入力した歌詞はどの曲にも属さないため、除く曲はなく、すべての曲で数えています。</translation>
    </message>
    <message>
        <source>Score: as with XMIED, but by the code of the whole line, the same in all frames.</source>
        <translation>スコアは XMIED と同じ計算ですが、どのフレームにも行全体のコードを使います。</translation>
    </message>
    <message>
        <source>A control: the score is how near a dance is to those of the training bars with the most similar words.</source>
        <translation>対照: スコアは、単語が最も似た学習用の小節のダンスにどれだけ近いかです。</translation>
    </message>
    <message>
        <source>Score: cosine in the space that {system} has learnt; 0 is no relation.</source>
        <translation>スコアは、{system}が学習した空間でのコサインです（0 は関係なし）。</translation>
    </message>
    <message>
        <source>{score} It knows the training songs: for a fair look leave them out (Filter).</source>
        <translation>{score}学習用の曲は学習済みです。公平に見るには「絞り込み」で除いてください。</translation>
    </message>
    <message>
        <source>A control: the score is 1 − difference of lengths / length of the longer one; words count for nothing.</source>
        <translation>対照手法: スコアは 1 − 長さの差 / 長いほうの長さ で、単語は考慮されません。</translation>
    </message>
    <message>
        <source>A control: the order is drawn by lot and says nothing.</source>
        <translation>対照手法: 順番はくじ引きで決まり、意味を持ちません。</translation>
    </message>
    <message>
        <source>None of these words has a movement that goes with it in this corpus; the order is by length alone.</source>
        <translation>このコーパスには、これらの単語と結びつく動きがありません。長さだけで順位をつけています。</translation>
    </message>
    <message>
        <source>Score: 0.5 is a bar of the query's length without any relation (the line on the bars). A movement goes with: {words}; not with: {others}.</source>
        <translation>スコア: 0.5 は、検索語と同じ長さで何の関わりもない小節の値です（スコアの棒にある線）。結びつく動きがある単語: {words}。ない単語: {others}。</translation>
    </message>
    <message>
        <source>Score: 0.5 is a bar of the query's length without any relation (the line on the bars). A movement goes with: {words}.</source>
        <translation>スコア: 0.5 は、検索語と同じ長さで何の関わりもない小節の値です（スコアの棒にある線）。結びつく動きがある単語: {words}。</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Dismiss</source>
        <translation>閉じる</translation>
    </message>
</context>
<context>
    <name>Page</name>
    <message>
        <source>Restore defaults</source>
        <translation>初期設定に戻す</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Command palette</source>
        <translation>コマンドパレット</translation>
    </message>
    <message>
        <source>Type a command</source>
        <translation>コマンドを入力</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>コマンド</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>コマンド一覧</translation>
    </message>
    <message>
        <source>No command has these letters: {text}</source>
        <translation>この文字を含むコマンドはありません: {text}</translation>
    </message>
</context>
<context>
    <name>PlacesModel</name>
    <message>
        <source>{title}
{word}, {start} s to {stop} s (frames {first} to {last})
NPMI {npmi}</source>
        <translation>{title}
{word}、{start} 秒～{stop} 秒（フレーム {first}～{last}）
NPMI {npmi}</translation>
    </message>
    <message>
        <source>(no word)</source>
        <translation>（単語なし）</translation>
    </message>
</context>
<context>
    <name>PlayActions</name>
    <message>
        <source>Pause</source>
        <translation>一時停止</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>再生</translation>
    </message>
    <message>
        <source>Play or pause</source>
        <translation>再生・一時停止</translation>
    </message>
    <message>
        <source>Play selection</source>
        <translation>選択範囲を再生</translation>
    </message>
    <message>
        <source>Play the selected range once</source>
        <translation>選択範囲を 1 回再生します</translation>
    </message>
    <message>
        <source>Loop</source>
        <translation>ループ</translation>
    </message>
    <message>
        <source>Repeat the selected range, or the whole song where none is selected</source>
        <translation>選択範囲を繰り返します。選択がなければ曲全体を繰り返します</translation>
    </message>
    <message>
        <source>To the start</source>
        <translation>先頭へ</translation>
    </message>
    <message>
        <source>To the end</source>
        <translation>末尾へ</translation>
    </message>
    <message>
        <source>One frame back</source>
        <translation>1 フレーム戻る</translation>
    </message>
    <message>
        <source>One frame on</source>
        <translation>1 フレーム進む</translation>
    </message>
    <message>
        <source>Ten frames back</source>
        <translation>10 フレーム戻る</translation>
    </message>
    <message>
        <source>Ten frames on</source>
        <translation>10 フレーム進む</translation>
    </message>
    <message>
        <source>Previous word</source>
        <translation>前の単語</translation>
    </message>
    <message>
        <source>Next word</source>
        <translation>次の単語</translation>
    </message>
    <message>
        <source>Previous bar</source>
        <translation>前の小節</translation>
    </message>
    <message>
        <source>Next bar</source>
        <translation>次の小節</translation>
    </message>
    <message>
        <source>Previous positive stretch</source>
        <translation>前の正の区間</translation>
    </message>
    <message>
        <source>Next positive stretch</source>
        <translation>次の正の区間</translation>
    </message>
    <message>
        <source>Slower</source>
        <translation>遅くする</translation>
    </message>
    <message>
        <source>Faster</source>
        <translation>速くする</translation>
    </message>
    <message>
        <source>Normal speed</source>
        <translation>標準の速度</translation>
    </message>
    <message>
        <source>Selection starts here</source>
        <translation>ここを選択の始点にする</translation>
    </message>
    <message>
        <source>Selection ends here</source>
        <translation>ここを選択の終点にする</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>消音</translation>
    </message>
    <message>
        <source>Sound off or on</source>
        <translation>音声のオン・オフ</translation>
    </message>
    <message>
        <source>Count in</source>
        <translation>カウントイン</translation>
    </message>
    <message>
        <source>Four clicks before playing starts</source>
        <translation>再生が始まる前に 4 回クリック音を鳴らします</translation>
    </message>
    <message>
        <source>{what}: open a corpus first</source>
        <translation>{what}: 先にコーパスを開いてください</translation>
    </message>
    <message>
        <source>Select a range first: drag in the timeline, or mark its start and end with I and O</source>
        <translation>先に範囲を選んでください。タイムラインでドラッグするか、I と O で始点と終点を指定します</translation>
    </message>
    <message>
        <source>This song has no NPMI yet: build the corpus first</source>
        <translation>この曲にはまだ NPMI がありません。先にコーパスを構築してください</translation>
    </message>
    <message>
        <source>To a place where words and dance go together, with half a bar around it selected</source>
        <translation>単語とダンスが結びつく箇所へ移動し、前後に半小節を加えて選択します</translation>
    </message>
</context>
<context>
    <name>PlaybackPage</name>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Loop</source>
        <translation>ループ</translation>
    </message>
    <message>
        <source>At the next start</source>
        <translation>次回の起動時</translation>
    </message>
    <message>
        <source>Playback</source>
        <translation>再生</translation>
    </message>
    <message>
        <source>Repeat the chosen range, or the song</source>
        <translation>選択範囲（なければ曲全体）を繰り返す</translation>
    </message>
    <message>
        <source>Keep the speed and loop used last</source>
        <translation>最後に使った速度とループを引き継ぐ</translation>
    </message>
    <message>
        <source>{speed} ×</source>
        <translation>{speed} ×</translation>
    </message>
</context>
<context>
    <name>PlayerPane</name>
    <message>
        <source>NPMI {value}</source>
        <translation>NPMI {value}</translation>
    </message>
    <message>
        <source>This frame holds no pose.</source>
        <translation>このフレームには姿勢がありません。</translation>
    </message>
    <message>
        <source>Loading the song…</source>
        <translation>曲を読み込んでいます…</translation>
    </message>
    <message>
        <source>Open a corpus, or drop dances and lyrics onto the window, to see them danced here.</source>
        <translation>コーパスを開くか、ダンスと歌詞をウィンドウにドロップすると、ここに踊りが表示されます。</translation>
    </message>
    <message>
        <source>This corpus has no songs yet. Import some to see them danced here.</source>
        <translation>このコーパスにはまだ曲がありません。取り込むと、ここに踊りが表示されます。</translation>
    </message>
    <message>
        <source>Choose a song in the browser to see it danced here.</source>
        <translation>ブラウザーで曲を選ぶと、ここに踊りが表示されます。</translation>
    </message>
    <message>
        <source>This song has no motion.</source>
        <translation>この曲にはモーションがありません。</translation>
    </message>
    <message>
        <source>From the front</source>
        <translation>正面から</translation>
    </message>
    <message>
        <source>From the side</source>
        <translation>側面から</translation>
    </message>
    <message>
        <source>From above</source>
        <translation>真上から</translation>
    </message>
    <message>
        <source>Three-quarter view</source>
        <translation>斜めから</translation>
    </message>
    <message>
        <source>Fit the dancers</source>
        <translation>ダンサーに合わせる</translation>
    </message>
    <message>
        <source>Move the camera until the dancers fill the view</source>
        <translation>ダンサーが画面いっぱいに収まるようカメラを動かします</translation>
    </message>
    <message>
        <source>Mirror</source>
        <translation>左右反転</translation>
    </message>
    <message>
        <source>Exchange left and right, as in a dance studio's mirror</source>
        <translation>ダンススタジオの鏡のように左右を入れ替えます</translation>
    </message>
    <message>
        <source>Follow the dancer</source>
        <translation>ダンサーを追う</translation>
    </message>
    <message>
        <source>Let the camera go along with the dancer</source>
        <translation>カメラがダンサーについて動きます</translation>
    </message>
    <message>
        <source>Ghost frames</source>
        <translation>残像</translation>
    </message>
    <message>
        <source>Show the poses just before and after faintly</source>
        <translation>前後の姿勢を薄く表示します</translation>
    </message>
    <message>
        <source>Path on the floor</source>
        <translation>床の軌跡</translation>
    </message>
    <message>
        <source>Draw the way of the hips over the last four seconds on the floor</source>
        <translation>腰の直近 4 秒間の軌跡を床に描きます</translation>
    </message>
    <message>
        <source>Caption</source>
        <translation>単語の字幕</translation>
    </message>
    <message>
        <source>Write the word that is sung, with its NPMI, under the dancer</source>
        <translation>歌われている単語とその NPMI をダンサーの下に表示します</translation>
    </message>
    <message>
        <source>Floor grid</source>
        <translation>床のグリッド</translation>
    </message>
    <message>
        <source>Draw a grid of half metres</source>
        <translation>0.5 m 間隔のグリッドを描きます</translation>
    </message>
    <message>
        <source>Light moving limbs</source>
        <translation>動く部位を光らせる</translation>
    </message>
    <message>
        <source>Let the limbs that make the chosen gesture glow</source>
        <translation>選んだジェスチャーを作る手足を光らせます</translation>
    </message>
    <message>
        <source>The dancers are drawn without OpenGL: {reason}. Everything works, only slower and without soft shadows.</source>
        <translation>ダンサーは OpenGL を使わずに描いています: {reason}。すべて使えますが、動作が遅くなり、柔らかい影は付きません。</translation>
    </message>
    <message>
        <source>Dancers</source>
        <translation>ダンサー</translation>
    </message>
    <message>
        <source>Drag to turn, drag with the right button to move, use the wheel to zoom; 1, 3, 7 and 9 choose a view.</source>
        <translation>ドラッグで回転、右ボタンのドラッグで移動、ホイールで拡大・縮小。1、3、7、9 で視点を選びます。</translation>
    </message>
    <message>
        <source>View</source>
        <translation>表示</translation>
    </message>
    <message>
        <source>Views and what is shown of the dancers</source>
        <translation>視点とダンサーの表示内容</translation>
    </message>
</context>
<context>
    <name>ProblemCard</name>
    <message>
        <source>Problem</source>
        <translation>問題</translation>
    </message>
    <message>
        <source>Fault of the program</source>
        <translation>プログラムの不具合</translation>
    </message>
    <message>
        <source>Hide details</source>
        <translation>詳細を隠す</translation>
    </message>
    <message>
        <source>Show details</source>
        <translation>詳細を表示</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>報告をコピー</translation>
    </message>
</context>
<context>
    <name>ProblemsPane</name>
    <message>
        <source>Nothing went wrong so far.</source>
        <translation>今のところ問題はありません。</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>消去</translation>
    </message>
</context>
<context>
    <name>QueryEditor</name>
    <message>
        <source>Type a line of lyrics, e.g. a word of a song</source>
        <translation>歌詞を 1 行入力（例: 曲に出てくる単語）</translation>
    </message>
    <message>
        <source>Lyrics to search dances for</source>
        <translation>ダンスを検索する歌詞</translation>
    </message>
    <message>
        <source>Queries used before, and examples</source>
        <translation>以前の検索語と例</translation>
    </message>
    <message>
        <source> frames</source>
        <translation> フレーム</translation>
    </message>
    <message>
        <source>Length of the query in frames</source>
        <translation>検索語の長さ（フレーム数）</translation>
    </message>
    <message>
        <source>Length of the query at 30 frames a second; drag the end of the strip, or the borders of its words</source>
        <translation>毎秒 30 フレームでの検索語の長さ。帯の端や単語の境目をドラッグして変えられます</translation>
    </message>
    <message>
        <source>Back to the corpus's usual bar, shared by syllables or morae</source>
        <translation>コーパスの標準的な小節の長さに戻し、音節またはモーラで割り振ります</translation>
    </message>
    <message>
        <source>Used before</source>
        <translation>以前の検索語</translation>
    </message>
    <message>
        <source>Examples</source>
        <translation>例</translation>
    </message>
    <message>
        <source>Forget the queries used before</source>
        <translation>以前の検索語を消去</translation>
    </message>
    <message>
        <source>No query yet</source>
        <translation>検索語がありません</translation>
    </message>
    <message>
        <source>There is no word in it; type a line of lyrics.</source>
        <translation>単語がありません。歌詞を 1 行入力してください。</translation>
    </message>
    <message>
        <source>{words} words do not fit into {frames} frames; shorten the line, or make the query longer below the box.</source>
        <translation>{words} 語は {frames} フレームに収まりません。歌詞を短くするか、入力欄の下で検索語を長くしてください。</translation>
    </message>
    <message>
        <source>{seconds:.2f} s · {tempo:.0f} bpm</source>
        <translation>{seconds:.2f} 秒 · {tempo:.0f} bpm</translation>
    </message>
    <message>
        <source>The tempo if the query is a bar of four beats</source>
        <translation>検索語を 4 拍の 1 小節とみなしたときのテンポ</translation>
    </message>
</context>
<context>
    <name>QueryStrip</name>
    <message>
        <source>Words of the query and their lengths</source>
        <translation>検索語の単語とその長さ</translation>
    </message>
    <message>
        <source>{word}: {frames} frames</source>
        <translation>{word}: {frames} フレーム</translation>
    </message>
    <message>
        <source>strongest movement: NPMI {npmi:.2f}</source>
        <translation>最も強く結びつく動き: NPMI {npmi:.2f}</translation>
    </message>
    <message>
        <source>no movement goes with it</source>
        <translation>結びつく動きなし</translation>
    </message>
    <message>
        <source>{word}: {frames} frames, {seconds:.2f} s
lyric code {code}; {related}</source>
        <translation>{word}: {frames} フレーム、{seconds:.2f} 秒
歌詞コード {code}、{related}</translation>
    </message>
</context>
<context>
    <name>Readout</name>
    <message>
        <source>frame</source>
        <translation>フレーム</translation>
    </message>
    <message>
        <source>time</source>
        <translation>時刻</translation>
    </message>
    <message>
        <source>bar:beat</source>
        <translation>小節:拍</translation>
    </message>
    <message>
        <source>Place of the playhead</source>
        <translation>再生位置</translation>
    </message>
    <message>
        <source>Frame (30 a second), minutes and seconds, bar and beat</source>
        <translation>フレーム（毎秒 30）、分と秒、小節と拍</translation>
    </message>
</context>
<context>
    <name>RecentMenu</name>
    <message>
        <source>Open &amp;recent</source>
        <translation>最近使ったコーパス(&amp;R)</translation>
    </message>
    <message>
        <source>{name} (missing)</source>
        <translation>{name}（見つかりません）</translation>
    </message>
    <message>
        <source>Nothing opened yet</source>
        <translation>まだ何も開いていません</translation>
    </message>
    <message>
        <source>Clear the list</source>
        <translation>一覧を消去</translation>
    </message>
</context>
<context>
    <name>RecentRow</name>
    <message>
        <source>{name}   (missing)   {place}</source>
        <translation>{name}   （見つかりません）   {place}</translation>
    </message>
    <message>
        <source>{folder} is not there now; locate it or take it off the list.</source>
        <translation>{folder} は見つかりません。場所を指定するか、一覧から外してください。</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>場所を指定…</translation>
    </message>
    <message>
        <source>More</source>
        <translation>その他</translation>
    </message>
    <message>
        <source>Take off the list</source>
        <translation>一覧から外す</translation>
    </message>
</context>
<context>
    <name>ResultsModel</name>
    <message>
        <source>Method</source>
        <translation>手法</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>プロトコル</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>方向</translation>
    </message>
    <message>
        <source>Gallery</source>
        <translation>検索対象</translation>
    </message>
    <message>
        <source>Ties</source>
        <translation>同点の扱い</translation>
    </message>
    <message>
        <source>MRR (95 %)</source>
        <translation>MRR（95 %）</translation>
    </message>
    <message>
        <source>p, XMIED</source>
        <translation>p（対 XMIED）</translation>
    </message>
    <message>
        <source>Why n/a</source>
        <translation>n/a の理由</translation>
    </message>
    <message>
        <source>× length only</source>
        <translation>length-only 比（倍）</translation>
    </message>
    <message>
        <source>× random</source>
        <translation>random 比（倍）</translation>
    </message>
    <message>
        <source>− XMIED</source>
        <translation>XMIED との差</translation>
    </message>
    <message>
        <source>p, single</source>
        <translation>p（補正なし）</translation>
    </message>
    <message>
        <source>Own song out</source>
        <translation>同じ曲を除く</translation>
    </message>
    <message>
        <source>Class MAP</source>
        <translation>クラス MAP</translation>
    </message>
    <message>
        <source>1/MRR</source>
        <translation>1/MRR</translation>
    </message>
    <message>
        <source>Median rank</source>
        <translation>順位の中央値</translation>
    </message>
    <message>
        <source>R@1</source>
        <translation>R@1</translation>
    </message>
    <message>
        <source>R@5</source>
        <translation>R@5</translation>
    </message>
    <message>
        <source>R@10</source>
        <translation>R@10</translation>
    </message>
    <message>
        <source>Queries</source>
        <translation>検索語数</translation>
    </message>
    <message>
        <source>Gallery size</source>
        <translation>検索対象の数</translation>
    </message>
    <message>
        <source>Songs</source>
        <translation>曲</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>乱数シード</translation>
    </message>
    <message>
        <source>Singletons</source>
        <translation>1 曲のみの組</translation>
    </message>
    <message>
        <source>Fitting (s)</source>
        <translation>学習（秒）</translation>
    </message>
    <message>
        <source>Seconds</source>
        <translation>所要秒数</translation>
    </message>
    <message>
        <source>Mean of 1 / rank of the right bar, higher is better; in brackets where 95 % of the means lie when songs are drawn anew (bootstrap)</source>
        <translation>正しい小節の 1 / 順位 の平均。大きいほど良い値です。括弧内は、曲を引き直したとき（ブートストラップ）に平均の 95 % が入る範囲です</translation>
    </message>
    <message>
        <source>How often a difference from XMIED as large as this comes by chance: test paired by song, corrected for the number of systems (Holm). ↑ above XMIED, ↓ below it, both below 0.05</source>
        <translation>XMIED とのこれだけの差が偶然に生じる割合。曲ごとの対応のある検定で、システムの数について補正しています（Holm）。0.05 未満のとき、↑ は XMIED より上、↓ は下です</translation>
    </message>
    <message>
        <source>What the system needs and this corpus does not have</source>
        <translation>システムに必要で、このコーパスにないもの</translation>
    </message>
    <message>
        <source>MRR less the MRR of XMIED under the same conditions</source>
        <translation>同じ条件での XMIED の MRR との差</translation>
    </message>
    <message>
        <source>The test against XMIED before the correction for the number of systems</source>
        <translation>システムの数について補正する前の、XMIED との検定</translation>
    </message>
    <message>
        <source>MRR where the other bars of the query's own song do not compete</source>
        <translation>検索語と同じ曲の他の小節を競合から除いた MRR</translation>
    </message>
    <message>
        <source>n/a</source>
        <translation>n/a</translation>
    </message>
    <message>
        <source>{mrr} ({low} to {high})</source>
        <translation>{mrr}（{low}～{high}）</translation>
    </message>
    <message>
        <source>n/a: {reason}</source>
        <translation>n/a: {reason}</translation>
    </message>
    <message>
        <source>MRR {mrr}</source>
        <translation>MRR {mrr}</translation>
    </message>
    <message>
        <source>above XMIED</source>
        <translation>XMIED より上</translation>
    </message>
    <message>
        <source>below XMIED</source>
        <translation>XMIED より下</translation>
    </message>
    <message>
        <source>not to be told from XMIED</source>
        <translation>XMIED と区別できない</translation>
    </message>
    <message>
        <source>{side} ({difference}, p {p})</source>
        <translation>{side}（{difference}、p {p}）</translation>
    </message>
    <message>
        <source>MRR as a multiple of what bar length alone is expected to reach, equal scores in random order: 1 means no more than length gives away</source>
        <translation>小節の長さだけで期待される値（同点は無作為な順）に対する MRR の倍率。1 なら長さでわかる以上のものはありません</translation>
    </message>
    <message>
        <source>Mean average precision with every bar of the query's genre in other songs counted as right</source>
        <translation>問い合わせと同じジャンルの、ほかの曲の小節をすべて正解とした平均適合率の平均（MAP）</translation>
    </message>
    <message>
        <source>MRR as a multiple of chance</source>
        <translation>偶然に対する MRR の倍率</translation>
    </message>
    <message>
        <source>A harmonic mean rank; lower is better</source>
        <translation>順位の調和平均。小さいほど良い値です</translation>
    </message>
    <message>
        <source>Share of queries whose right bar comes first</source>
        <translation>正しい小節が 1 位になった検索語の割合</translation>
    </message>
    <message>
        <source>Share of queries whose right bar is among the first five</source>
        <translation>正しい小節が 5 位以内に入った検索語の割合</translation>
    </message>
    <message>
        <source>Share of queries whose right bar is among the first ten</source>
        <translation>正しい小節が 10 位以内に入った検索語の割合</translation>
    </message>
    <message>
        <source>Bars asked about; in the gallery of equal length those that have a competitor</source>
        <translation>検索語とした小節の数。等長の検索対象では、競合する小節があるもののみ</translation>
    </message>
    <message>
        <source>Mean number of bars that a query is compared with</source>
        <translation>検索語 1 件と比べる小節の平均数</translation>
    </message>
    <message>
        <source>What the NPMI of a pair becomes that meets in one song alone</source>
        <translation>1 曲だけで同時に現れる組の NPMI をどう扱うか</translation>
    </message>
    <message>
        <source>Fitting alone; a system that was fitted before is loaded</source>
        <translation>学習だけの時間。学習済みのシステムは読み込みます</translation>
    </message>
    <message>
        <source>Fitting and scoring, shared by galleries and tie rules</source>
        <translation>学習とスコア計算の時間（検索対象と同点の扱いで共通）</translation>
    </message>
</context>
<context>
    <name>ResultsPlot</name>
    <message>
        <source>95 % interval</source>
        <translation>95 % 区間</translation>
    </message>
    <message>
        <source>control</source>
        <translation>対照</translation>
    </message>
    <message>
        <source>chance</source>
        <translation>偶然</translation>
    </message>
    <message>
        <source>{what}: {figures}</source>
        <translation>{what}: {figures}</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>directions</source>
        <translation>方向</translation>
    </message>
    <message>
        <source>galleries</source>
        <translation>検索対象</translation>
    </message>
    <message>
        <source>protocols</source>
        <translation>プロトコル</translation>
    </message>
    <message>
        <source>tie rules</source>
        <translation>同点の扱い</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比較</translation>
    </message>
    <message>
        <source>What the plot compares</source>
        <translation>グラフで比べるもの</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>対数</translation>
    </message>
    <message>
        <source>Logarithmic axis</source>
        <translation>対数軸</translation>
    </message>
    <message>
        <source>MRR</source>
        <translation>MRR</translation>
    </message>
    <message>
        <source>MRR of the systems</source>
        <translation>各システムの MRR</translation>
    </message>
</context>
<context>
    <name>ReversePage</name>
    <message>
        <source>Gathering the words of the corpus</source>
        <translation>コーパスの単語を集めています</translation>
    </message>
    <message>
        <source>{title}, {minutes}:{seconds:04.1f}</source>
        <translation>{title}、{minutes}:{seconds:04.1f}</translation>
    </message>
    <message>
        <source>Reading the corpus…</source>
        <translation>コーパスを読み込んでいます…</translation>
    </message>
    <message>
        <source>Open a corpus to look for the words that go with a dance.</source>
        <translation>コーパスを開くと、ダンスと結びつく単語を探せます。</translation>
    </message>
    <message>
        <source>Words for a dance need a built corpus. {why}</source>
        <translation>ダンスから単語を探すには、構築済みのコーパスが必要です。{why}</translation>
    </message>
    <message>
        <source>Choose a song.</source>
        <translation>曲を選んでください。</translation>
    </message>
    <message>
        <source>No bar is shown here; choose a range in the timeline, or go to a bar.</source>
        <translation>ここには小節が表示されていません。タイムラインで範囲を選ぶか、小節へ移動してください。</translation>
    </message>
    <message>
        <source>Making the index…</source>
        <translation>索引を作成しています…</translation>
    </message>
    <message>
        <source>Words for the chosen range of {title}: frames {start} to {stop}, {seconds:.2f} s</source>
        <translation>{title} の選択範囲に合う単語: フレーム {start}～{stop}、{seconds:.2f} 秒</translation>
    </message>
    <message>
        <source>Words for the present bar of {title}: frames {start} to {stop}, {seconds:.2f} s</source>
        <translation>{title} の現在の小節に合う単語: フレーム {start}～{stop}、{seconds:.2f} 秒</translation>
    </message>
    <message>
        <source>{related} of {frames} frames have a movement that goes with a word, but only with words of this song.</source>
        <translation>{frames} フレーム中 {related} フレームに単語と結びつく動きがありますが、結びつくのはこの曲の単語だけです。</translation>
    </message>
    <message>
        <source>None of these {frames} frames has a movement that goes with a word in this corpus.</source>
        <translation>このコーパスでは、この {frames} フレームに単語と結びつく動きはありません。</translation>
    </message>
    <message>
        <source>{related} of {frames} frames have a movement that goes with a word · {bars:,} bars in {seconds:.3f} s</source>
        <translation>{frames} フレーム中 {related} フレームに単語と結びつく動きあり · {bars:,} 小節を {seconds:.3f} 秒で検索</translation>
    </message>
    <message>
        <source>Bars whose lyrics fit best the bar that this short stretch lies in (XMIED from dance to lyrics; those of about its length come first):</source>
        <translation>この短い区間を含む小節に歌詞が最もよく合う小節（ダンスから歌詞への XMIED。ほぼ同じ長さのものが先）:</translation>
    </message>
    <message>
        <source>Bars whose lyrics fit the movement best (XMIED from dance to lyrics; those of about its length come first):</source>
        <translation>この動きに歌詞が最もよく合う小節（ダンスから歌詞への XMIED。ほぼ同じ長さのものが先）:</translation>
    </message>
    <message>
        <source>Search dances for “{word}”</source>
        <translation>「{word}」でダンスを検索</translation>
    </message>
    <message>
        <source>Search dances for the chosen word</source>
        <translation>選んだ単語でダンスを検索</translation>
    </message>
    <message>
        <source>Leave out the words and bars of this song</source>
        <translation>この曲の単語と小節を除く</translation>
    </message>
    <message>
        <source>Word</source>
        <translation>単語</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>値</translation>
    </message>
    <message>
        <source>Songs</source>
        <translation>曲</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>回数</translation>
    </message>
    <message>
        <source>Open a word to see where it is sung; Enter goes there</source>
        <translation>単語を開くと歌われている箇所が表示され、Enter で移動します</translation>
    </message>
    <message>
        <source>Mean over the stretch's frames of the positive NPMI of the word with the movement, mean over the places where it is sung</source>
        <translation>単語と動きの正の NPMI を区間のフレームで平均し、単語が歌われる箇所で平均した値</translation>
    </message>
    <message>
        <source>Songs in which the word is sung</source>
        <translation>単語が歌われる曲数</translation>
    </message>
    <message>
        <source>How often it is sung</source>
        <translation>歌われる回数</translation>
    </message>
    <message>
        <source>Words that go with the dance</source>
        <translation>ダンスと結びつく単語</translation>
    </message>
</context>
<context>
    <name>SearchPage</name>
    <message>
        <source>Method</source>
        <translation>手法</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>プロトコル</translation>
    </message>
    <message>
        <source>Positive above</source>
        <translation>正のしきい値</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>検索</translation>
    </message>
    <message>
        <source>By what typed lyrics are ranked; a system that learns is fitted when it is first asked.</source>
        <translation>入力した歌詞で順位をつける方法。学習するシステムは、初めて使うときに学習します。</translation>
    </message>
    <message>
        <source>On which songs NPMI is counted.</source>
        <translation>NPMI をどの曲で数えるかを指定します。</translation>
    </message>
    <message>
        <source>Frames whose NPMI is above this count as positive.</source>
        <translation>NPMI がこの値を超えるフレームを正とします。</translation>
    </message>
</context>
<context>
    <name>SearchPane</name>
    <message>
        <source>Search by lyrics</source>
        <translation>歌詞で検索</translation>
    </message>
    <message>
        <source>Type a line of lyrics and see the dances that go with it</source>
        <translation>歌詞を 1 行入力すると、それと結びつくダンスを表示します</translation>
    </message>
    <message>
        <source>Words for this dance</source>
        <translation>このダンスに合う単語</translation>
    </message>
    <message>
        <source>The words that go with the chosen range, or with the present bar</source>
        <translation>選択範囲（なければ現在の小節）と結びつく単語</translation>
    </message>
    <message>
        <source>Next hit</source>
        <translation>次の検索結果</translation>
    </message>
    <message>
        <source>Previous hit</source>
        <translation>前の検索結果</translation>
    </message>
    <message>
        <source>Open the chosen hit</source>
        <translation>選んだ検索結果を開く</translation>
    </message>
    <message>
        <source>Compare two systems</source>
        <translation>二つのシステムを比較</translation>
    </message>
    <message>
        <source>The same query, the hits of two systems side by side</source>
        <translation>同じ検索語に対する二つのシステムの結果を並べて表示します</translation>
    </message>
    <message>
        <source>Exchange the compared systems</source>
        <translation>比較するシステムを入れ替える</translation>
    </message>
    <message>
        <source>The left system to the right and the right one to the left, while two are compared</source>
        <translation>比較中に、左のシステムを右へ、右のシステムを左へ移します</translation>
    </message>
    <message>
        <source>Alpha back to 0.5</source>
        <translation>アルファを 0.5 に戻す</translation>
    </message>
    <message>
        <source>The slider of the semi-supervised system between pairs and labels</source>
        <translation>半教師ありシステムの、組とラベルの間のスライダー</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>検索を消去</translation>
    </message>
    <message>
        <source>Words to dances</source>
        <translation>単語からダンス</translation>
    </message>
    <message>
        <source>Dance to words</source>
        <translation>ダンスから単語</translation>
    </message>
    <message>
        <source>Direction of the search</source>
        <translation>検索の方向</translation>
    </message>
    <message>
        <source>Making the search index</source>
        <translation>検索の索引を作っています</translation>
    </message>
</context>
<context>
    <name>SecondSteps</name>
    <message>
        <source>One second back</source>
        <translation>1 秒戻る</translation>
    </message>
    <message>
        <source>One second on</source>
        <translation>1 秒進む</translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>Opening {name}</source>
        <translation>{name} を開いています</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation>設定を探す</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>ページ</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>No setting fits '{text}'.</source>
        <translation>「{text}」に合う設定はありません。</translation>
    </message>
</context>
<context>
    <name>Shelf</name>
    <message>
        <source>Gathering songs and gestures</source>
        <translation>曲とジェスチャーを集めています</translation>
    </message>
    <message>
        <source>Testing gestures for significance</source>
        <translation>ジェスチャーの有意性を検定中</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>キー操作一覧</translation>
    </message>
    <message>
        <source>Find an action or a key</source>
        <translation>操作またはキーを探す</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>キー操作</translation>
    </message>
    <message>
        <source>While you type in a box, plain keys belong to the box; Escape gives them back. Enter presses the button that has the focus; Space always plays and pauses.</source>
        <translation>入力欄に文字を入力している間、修飾キーなしのキーは入力欄で使われ、Escape で元に戻ります。Enter はフォーカスのあるボタンを押し、Space は常に再生と一時停止を切り替えます。</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>コピー</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>印刷…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>Nothing fits '{text}'.</source>
        <translation>「{text}」に合うものはありません。</translation>
    </message>
</context>
<context>
    <name>Side</name>
    <message>
        <source>No bar passes the filters.</source>
        <translation>条件に合う小節はありません。</translation>
    </message>
    <message>
        <source>{bars:,} bars in {seconds:.3f} s · {protocol}</source>
        <translation>{bars:,} 小節、{seconds:.3f} 秒 · {protocol}</translation>
    </message>
</context>
<context>
    <name>SongsModel</name>
    <message>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
    <message>
        <source>{title}, open</source>
        <translation>{title}（表示中）</translation>
    </message>
    <message>
        <source>{positive} of {frames} frames and {bars} of {all} bars with lyrics are positive: the word and the movement meet in more songs than chance would have it.</source>
        <translation>歌詞のある小節の {frames} フレーム中 {positive} フレーム、{all} 小節中 {bars} 小節が正です。そこでは単語と動きが偶然より多くの曲で同時に現れます。</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>曲名</translation>
    </message>
    <message>
        <source>Positive</source>
        <translation>正の割合</translation>
    </message>
    <message>
        <source>Bars</source>
        <translation>小節</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>長さ</translation>
    </message>
    <message>
        <source>Artist</source>
        <translation>アーティスト</translation>
    </message>
    <message>
        <source>Genre</source>
        <translation>ジャンル</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>分割</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>単語</translation>
    </message>
    <message>
        <source>Share of the frames with lyrics whose word and movement are related</source>
        <translation>歌詞のあるフレームのうち、単語と動きに関わりがあるものの割合</translation>
    </message>
    <message>
        <source>Bars with such a frame</source>
        <translation>そのようなフレームを含む小節</translation>
    </message>
    <message>
        <source>Words sung in such frames, the most frequent first</source>
        <translation>そのようなフレームで歌われる単語（多い順）</translation>
    </message>
</context>
<context>
    <name>SongsTab</name>
    <message>
        <source>Open</source>
        <translation>開く</translation>
    </message>
    <message>
        <source>Title, artist or word</source>
        <translation>曲名、アーティスト、単語</translation>
    </message>
    <message>
        <source>Filter songs</source>
        <translation>曲を絞り込む</translation>
    </message>
    <message>
        <source>Genre</source>
        <translation>ジャンル</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>分割</translation>
    </message>
    <message>
        <source>Songs</source>
        <translation>曲</translation>
    </message>
    <message>
        <source>Any genre</source>
        <translation>すべてのジャンル</translation>
    </message>
    <message>
        <source>Any split</source>
        <translation>すべての分割</translation>
    </message>
    <message>
        <source>Shares of related frames appear here once the corpus is built. {reason}</source>
        <translation>関わりのあるフレームの割合は、コーパスを構築するとここに表示されます。{reason}</translation>
    </message>
    <message>
        <source>Reading the corpus…</source>
        <translation>コーパスを読み込んでいます…</translation>
    </message>
    <message>
        <source>No corpus is open. Open one, or drop a folder of dances and lyrics here.</source>
        <translation>コーパスが開かれていません。開くか、ダンスと歌詞のフォルダーをここにドロップしてください。</translation>
    </message>
    <message>
        <source>This corpus has no songs yet. Import some first.</source>
        <translation>このコーパスにはまだ曲がありません。先に取り込んでください。</translation>
    </message>
    <message>
        <source>No song fits this filter.</source>
        <translation>条件に合う曲はありません。</translation>
    </message>
    <message>
        <source>Show all songs</source>
        <translation>すべての曲を表示</translation>
    </message>
    <message>
        <source>{shown} of {total} songs</source>
        <translation>{total} 曲中 {shown} 曲</translation>
    </message>
</context>
<context>
    <name>SpeedControl</name>
    <message>
        <source>Speed in percent</source>
        <translation>速度（パーセント）</translation>
    </message>
    <message>
        <source>Speed; the pitch stays. Double click for 100 %</source>
        <translation>速度。音の高さは変わりません。ダブルクリックで 100 % に戻します</translation>
    </message>
    <message>
        <source>Ready-made speeds</source>
        <translation>速度の候補</translation>
    </message>
</context>
<context>
    <name>Stage</name>
    <message>
        <source>Loading dances to compare</source>
        <translation>比べるダンスを読み込み中</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Which words are sung while which movements are danced.</source>
        <translation>どの単語が歌われるとき、どの動きが踊られるか。</translation>
    </message>
    <message>
        <source>Open corpus…</source>
        <translation>コーパスを開く…</translation>
    </message>
    <message>
        <source>Open a folder that an import has made.</source>
        <translation>取り込みで作られたフォルダーを開きます。</translation>
    </message>
    <message>
        <source>Import songs…</source>
        <translation>曲を取り込む…</translation>
    </message>
    <message>
        <source>Make a corpus of motion, lyrics and audio files, or drop them on the window.</source>
        <translation>モーション、歌詞、音声のファイルからコーパスを作ります。ウィンドウにドロップしてもかまいません。</translation>
    </message>
    <message>
        <source>Demo corpus</source>
        <translation>デモコーパス</translation>
    </message>
    <message>
        <source>Sixty composed songs and dances, free of anyone's rights.</source>
        <translation>自動で作られた 60 組の曲とダンス。権利の制約はありません。</translation>
    </message>
    <message>
        <source>Recent corpora</source>
        <translation>最近使ったコーパス</translation>
    </message>
    <message>
        <source>None yet: what you open will be listed here.</source>
        <translation>まだありません。開いたコーパスがここに並びます。</translation>
    </message>
    <message>
        <source>Try a search</source>
        <translation>検索を試す</translation>
    </message>
    <message>
        <source>Search the demo corpus for “{query}”</source>
        <translation>デモコーパスで「{query}」を検索</translation>
    </message>
    <message>
        <source>Open corpus</source>
        <translation>コーパスを開く</translation>
    </message>
    <message>
        <source>Where is “{name}” now?</source>
        <translation>「{name}」の現在の場所</translation>
    </message>
    <message>
        <source>{folder} is no corpus; choose the folder that holds its catalogue.</source>
        <translation>{folder} はコーパスではありません。カタログのあるフォルダーを選んでください。</translation>
    </message>
</context>
<context>
    <name>StatusArea</name>
    <message>
        <source>⚠ Problems: {count}</source>
        <translation>⚠ 問題: {count}</translation>
    </message>
    <message>
        <source>Show what went wrong</source>
        <translation>発生した問題を表示します</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message>
        <source>At start</source>
        <translation>起動時</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>データ</translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>キャッシュ</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>Recent corpora</source>
        <translation>最近使ったコーパス</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>保存場所</translation>
    </message>
    <message>
        <source>Open the corpus shown last</source>
        <translation>最後に表示したコーパスを開く</translation>
    </message>
    <message>
        <source>Clear cache</source>
        <translation>キャッシュを消去</translation>
    </message>
    <message>
        <source>Clear the list</source>
        <translation>一覧を消去</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>表示</translation>
    </message>
    <message>
        <source>The list is empty.</source>
        <translation>一覧は空です。</translation>
    </message>
    <message>
        <source>measuring…</source>
        <translation>計測しています…</translation>
    </message>
    <message>
        <source>The cache is empty.</source>
        <translation>キャッシュは空です。</translation>
    </message>
</context>
<context>
    <name>SystemChoice</name>
    <message>
        <source>{chosen} of {total}</source>
        <translation>{total} 個中 {chosen} 個</translation>
    </message>
    <message>
        <source>Paper:</source>
        <translation>論文:</translation>
    </message>
    <message>
        <source>Controls:</source>
        <translation>対照:</translation>
    </message>
    <message>
        <source>Comparison systems:</source>
        <translation>比較システム:</translation>
    </message>
    <message>
        <source>All</source>
        <translation>すべて</translation>
    </message>
    <message>
        <source>None</source>
        <translation>なし</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>既定</translation>
    </message>
    <message>
        <source>Choose every system; those that must be trained take minutes</source>
        <translation>すべてのシステムを選びます。学習の必要なものは数分かかります</translation>
    </message>
    <message>
        <source>Choose only the controls that always run</source>
        <translation>必ず実行する対照だけにします</translation>
    </message>
    <message>
        <source>Choose the paper's method and its controls</source>
        <translation>論文の手法とその対照を選びます</translation>
    </message>
    <message>
        <source>{what} Always run, so that no figure stands alone.</source>
        <translation>{what} 数値を比較できるよう、必ず実行します。</translation>
    </message>
</context>
<context>
    <name>SystemCombo</name>
    <message>
        <source>{system}: {reason}</source>
        <translation>{system}: {reason}</translation>
    </message>
    <message>
        <source>{what} It cannot be used on this corpus: {reason}.</source>
        <translation>{what}このコーパスでは使えません（{reason}）。</translation>
    </message>
    <message>
        <source>By what the bars are ranked</source>
        <translation>小節の順位づけに使う手法</translation>
    </message>
</context>
<context>
    <name>SystemTexts</name>
    <message>
        <source>A control that knows nothing: the order is drawn by lot.</source>
        <translation>何も見ない対照手法です。順番はくじ引きで決まります。</translation>
    </message>
    <message>
        <source>The paper's system</source>
        <translation>論文の手法</translation>
    </message>
    <message>
        <source>Controls</source>
        <translation>対照</translation>
    </message>
    <message>
        <source>Comparison systems</source>
        <translation>比較システム</translation>
    </message>
    <message>
        <source>no genres are given</source>
        <translation>ジャンルの記載がない</translation>
    </message>
    <message>
        <source>not every song has sound</source>
        <translation>音のない曲がある</translation>
    </message>
</context>
<context>
    <name>Table1View</name>
    <message>
        <source>Counting Table 1</source>
        <translation>表 1 を計数中</translation>
    </message>
    <message>
        <source>Songs</source>
        <translation>曲</translation>
    </message>
    <message>
        <source>Bars with lyrics</source>
        <translation>歌詞のある小節</translation>
    </message>
    <message>
        <source>Frames of these bars</source>
        <translation>その小節のフレーム</translation>
    </message>
    <message>
        <source>All three protocols side by side</source>
        <translation>三つのプロトコルを並べて表示</translation>
    </message>
    <message>
        <source>Compare with chance</source>
        <translation>偶然と比べる</translation>
    </message>
    <message>
        <source>Every song's lyrics are put over the dance of another song of about its length, {runs} times; what relation is then left is chance</source>
        <translation>各曲の歌詞を、ほぼ同じ長さの別の曲のダンスに重ねることを {runs} 回行います。それでも残る関わりが偶然によるものです</translation>
    </message>
    <message>
        <source>Copy table</source>
        <translation>表をコピー</translation>
    </message>
    <message>
        <source>Copies the table for a spreadsheet, tab-separated, with every count in a column</source>
        <translation>表計算ソフト用に、すべての数を列に分けたタブ区切りの表をコピーします</translation>
    </message>
    <message>
        <source>Table 1 by protocol and split</source>
        <translation>プロトコルと分割ごとの表 1</translation>
    </message>
    <message>
        <source>{positive} of {total}</source>
        <translation>{total} 中 {positive}</translation>
    </message>
    <message>
        <source>by chance: {chance}</source>
        <translation>偶然: {chance}</translation>
    </message>
    <message>
        <source>paper: {percent} %</source>
        <translation>論文: {percent} %</translation>
    </message>
    <message>
        <source>NPMI counted</source>
        <translation>NPMI の計数</translation>
    </message>
    <message>
        <source>In</source>
        <translation>対象</translation>
    </message>
    <message>
        <source>{mean} % ({low} to {high})</source>
        <translation>{mean} %（{low}～{high}）</translation>
    </message>
    <message>
        <source>{lyric} lyric codes, {dance} dance codes; the NPMI is counted on {songs} songs.</source>
        <translation>歌詞コード {lyric} 個、ダンスコード {dance} 個。NPMI は {songs} 曲で数えています。</translation>
    </message>
    <message>
        <source>A frame counts where the NPMI of its two codes is above {threshold}; a bar or a song counts where one of its frames does. Only bars with lyrics are counted. Pairs of codes that meet in one song alone have the NPMI 0.</source>
        <translation>二つのコードの NPMI が {threshold} を超えるフレームを数えます。そのようなフレームを含む小節と曲も数えます。対象は歌詞のある小節のみです。1 曲だけで同時に現れるコードの組の NPMI は 0 です。</translation>
    </message>
    <message>
        <source>By chance: mean of {runs} exchanges of dances among songs of about the same length (seed {seed}), and where 95 % of them lie.</source>
        <translation>偶然: ほぼ同じ長さの曲どうしでダンスを {runs} 回入れ替えたときの平均（乱数シード {seed}）と、その 95 % が収まる範囲。</translation>
    </message>
    <message>
        <source>The paper counts from above 0; set the threshold to 0 to compare.</source>
        <translation>論文では 0 を超えるものを数えています。比べるときは、しきい値を 0 にしてください。</translation>
    </message>
    <message>
        <source>The paper has 1,000 songs, and its public code counts NPMI on the songs it reports on, which is the protocol transductive here.</source>
        <translation>論文は 1,000 曲で、公開コードは報告対象の曲そのもので NPMI を数えています。ここでのプロトコル transductive（全曲で計数）に当たります。</translation>
    </message>
    <message>
        <source>by chance</source>
        <translation>偶然</translation>
    </message>
    <message>
        <source>Watanabe &amp; Goto 2025</source>
        <translation>Watanabe &amp; Goto 2025</translation>
    </message>
    <message>
        <source>1,000 songs</source>
        <translation>1,000 曲</translation>
    </message>
    <message>
        <source>{positive} ({percent} %)</source>
        <translation>{positive}（{percent} %）</translation>
    </message>
    <message>
        <source>{positive} of {total} ({percent} %)</source>
        <translation>{total} 中 {positive}（{percent} %）</translation>
    </message>
    <message>
        <source>Table 1 was copied.</source>
        <translation>表 1 をコピーしました。</translation>
    </message>
</context>
<context>
    <name>Table2View</name>
    <message>
        <source>Table 2 is ready.</source>
        <translation>表 2 ができました。</translation>
    </message>
    <message>
        <source>Gathering what was finished: {systems}</source>
        <translation>終わった分を集計中: {systems}</translation>
    </message>
    <message>
        <source>Evaluating {split}: {protocols}</source>
        <translation>{split} を評価中: {protocols}</translation>
    </message>
    <message>
        <source>Choose at least one of each kind first.</source>
        <translation>先に各種類から一つ以上選んでください。</translation>
    </message>
    <message>
        <source>Directions</source>
        <translation>方向</translation>
    </message>
    <message>
        <source>Galleries</source>
        <translation>検索対象</translation>
    </message>
    <message>
        <source>Equal scores</source>
        <translation>同点の扱い</translation>
    </message>
    <message>
        <source>Songs ranked</source>
        <translation>順位づけする曲</translation>
    </message>
    <message>
        <source>Runs in the background; a large corpus takes minutes, the window stays usable. What a system has learnt is kept in the corpus.</source>
        <translation>バックグラウンドで実行します。大きなコーパスでは数分かかりますが、その間もウィンドウを使えます。システムが学習した結果はコーパスに残ります。</translation>
    </message>
    <message>
        <source>The usual columns</source>
        <translation>標準の列</translation>
    </message>
    <message>
        <source>Systems</source>
        <translation>システム</translation>
    </message>
    <message>
        <source>Fitted on</source>
        <translation>学習に使う曲</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>表</translation>
    </message>
    <message>
        <source>Plot</source>
        <translation>グラフ</translation>
    </message>
    <message>
        <source>Both</source>
        <translation>両方</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>乱数シード</translation>
    </message>
    <message>
        <source>What to run</source>
        <translation>実行する内容</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>注記</translation>
    </message>
    <message>
        <source>What the figures mean, and the paper's</source>
        <translation>数値の意味と論文の値</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>実行</translation>
    </message>
    <message>
        <source>Copy table</source>
        <translation>表をコピー</translation>
    </message>
    <message>
        <source>Table 2: results</source>
        <translation>表 2: 結果</translation>
    </message>
    <message>
        <source>Length leak: the right bar is as long as its query, and a difference in length costs edits, so length alone finds it; a system has learnt something about words and movements only where it beats length only, or beats random among bars of equal length. Intervals: 95 %, songs drawn anew. Pairs of codes that meet in one song count 0; random: expected figures. Paper, 8,611 test bars of all lengths: XMIED 0.01905, contrastive 0.00151, random 0.00113 (its public code is transductive).</source>
        <translation>長さの手がかり: 正しい小節は検索語と同じ長さで、長さの差は編集の数を増やすため、長さだけでも正解が見つかります。システムが単語と動きについて何かを捉えたといえるのは、length-only（長さのみ）を上回るとき、または同じ長さの小節の中で random（無作為）を上回るときだけです。区間は曲を引き直して求めた 95 % の範囲です。1 曲のみのコードの組は 0 とします。random は期待値です。論文、すべての長さのテスト小節 8,611 個: XMIED 0.01905、対照学習 0.00151、random 0.00113（公開コードは transductive）。</translation>
    </message>
    <message>
        <source>{split}, {size} bars with lyrics; {lyric} lyric and {dance} dance codes; seed {seed}</source>
        <translation>{split}、歌詞のある {size} 小節。歌詞コード {lyric} 個、ダンスコード {dance} 個。乱数シード {seed}</translation>
    </message>
    <message>
        <source>{what}; stopped, {done} of {total} systems done: run again to go on</source>
        <translation>{what}。中止しました（{total} 個中 {done} 個のシステムが終了）。もう一度実行すると続きから始めます</translation>
    </message>
    <message>
        <source>Choose what to compare and run it: each bar with lyrics of the chosen songs is a query, and the same bar in the other modality is the right answer.</source>
        <translation>比べるものを選んで実行してください。選んだ曲の歌詞のある小節を一つずつ検索語とし、もう一方のモダリティの同じ小節を正解とします。</translation>
    </message>
    <message>
        <source>Table 2 was copied.</source>
        <translation>表 2 をコピーしました。</translation>
    </message>
</context>
<context>
    <name>TagsPane</name>
    <message>
        <source>Tag…</source>
        <translation>タグを付ける…</translation>
    </message>
    <message>
        <source>Put a text on the selected range, or on the song</source>
        <translation>選択範囲または曲にテキストを付けます</translation>
    </message>
    <message>
        <source>Open a corpus first</source>
        <translation>先にコーパスを開いてください</translation>
    </message>
    <message>
        <source>New tag</source>
        <translation>新しいタグ</translation>
    </message>
    <message>
        <source>Tag range</source>
        <translation>範囲にタグ付け</translation>
    </message>
    <message>
        <source>Tag song</source>
        <translation>曲にタグ付け</translation>
    </message>
    <message>
        <source>Filter tags</source>
        <translation>タグを絞り込む</translation>
    </message>
    <message>
        <source>All songs</source>
        <translation>すべての曲</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>タグ</translation>
    </message>
    <message>
        <source>Song</source>
        <translation>曲</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>箇所</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>タグ</translation>
    </message>
    <message>
        <source>Go there</source>
        <translation>ここへ移動</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>削除</translation>
    </message>
    <message>
        <source>Open a corpus to tag its songs.</source>
        <translation>コーパスを開くと、曲にタグを付けられます。</translation>
    </message>
    <message>
        <source>No tag fits “{text}”.</source>
        <translation>「{text}」に合うタグはありません。</translation>
    </message>
    <message>
        <source>No tags yet. Select a range in the timeline, type a text and press Enter.</source>
        <translation>まだタグがありません。タイムラインで範囲を選び、テキストを入力して Enter を押してください。</translation>
    </message>
    <message>
        <source>whole song</source>
        <translation>曲全体</translation>
    </message>
    <message>
        <source>{start} to {stop} s</source>
        <translation>{start}～{stop} 秒</translation>
    </message>
    <message>
        <source>Type a text first</source>
        <translation>先にテキストを入力してください</translation>
    </message>
    <message>
        <source>Select a range in the timeline first</source>
        <translation>先にタイムラインで範囲を選んでください</translation>
    </message>
    <message>
        <source>Choose a tag first</source>
        <translation>先にタグを選んでください</translation>
    </message>
</context>
<context>
    <name>TapBar</name>
    <message>
        <source>Discard</source>
        <translation>破棄</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完了</translation>
    </message>
    <message>
        <source>Tap words</source>
        <translation>タップで単語の時刻を入力</translation>
    </message>
    <message>
        <source>Hold T through each word as it is sung, from the chosen word on.</source>
        <translation>選んだ単語から順に、歌われている間 T を押し続けてください。</translation>
    </message>
    <message>
        <source>Release at the end of “{word}”</source>
        <translation>「{word}」の終わりで離してください</translation>
    </message>
    <message>
        <source>Hold T through “{word}”</source>
        <translation>「{word}」の間、T を押し続けてください</translation>
    </message>
</context>
<context>
    <name>TaskRow</name>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Cancel {title}</source>
        <translation>中止: {title}</translation>
    </message>
    <message>
        <source>stopping…</source>
        <translation>中止しています…</translation>
    </message>
</context>
<context>
    <name>Terms</name>
    <message>
        <source>length only</source>
        <translation>length-only（長さのみ）</translation>
    </message>
    <message>
        <source>random</source>
        <translation>random（無作為）</translation>
    </message>
    <message>
        <source>inductive</source>
        <translation>inductive（学習曲で計数）</translation>
    </message>
    <message>
        <source>leave one song out</source>
        <translation>leave-one-song-out（1 曲抜き）</translation>
    </message>
    <message>
        <source>transductive</source>
        <translation>transductive（全曲で計数）</translation>
    </message>
    <message>
        <source>lyrics to dance</source>
        <translation>歌詞からダンス</translation>
    </message>
    <message>
        <source>dance to lyrics</source>
        <translation>ダンスから歌詞</translation>
    </message>
    <message>
        <source>all bars</source>
        <translation>全小節</translation>
    </message>
    <message>
        <source>equal length</source>
        <translation>等長</translation>
    </message>
    <message>
        <source>pessimistic</source>
        <translation>悲観的</translation>
    </message>
    <message>
        <source>average</source>
        <translation>平均</translation>
    </message>
    <message>
        <source>all songs</source>
        <translation>全曲</translation>
    </message>
    <message>
        <source>training songs</source>
        <translation>学習用の曲</translation>
    </message>
    <message>
        <source>development songs</source>
        <translation>開発用の曲</translation>
    </message>
    <message>
        <source>test songs</source>
        <translation>テスト用の曲</translation>
    </message>
    <message>
        <source>number</source>
        <translation>番号</translation>
    </message>
    <message>
        <source>number of songs</source>
        <translation>曲数</translation>
    </message>
    <message>
        <source>best NPMI</source>
        <translation>最大の NPMI</translation>
    </message>
    <message>
        <source>similarity</source>
        <translation>類似度</translation>
    </message>
    <message>
        <source>neighbours (t-SNE)</source>
        <translation>近傍（t-SNE）</translation>
    </message>
    <message>
        <source>distances (MDS)</source>
        <translation>距離（MDS）</translation>
    </message>
    <message>
        <source>widest axes (PCA)</source>
        <translation>主軸（PCA）</translation>
    </message>
    <message>
        <source>Systems are fitted on the training songs alone. The honest protocol.</source>
        <translation>システムを学習用の曲だけで学習します。公正なプロトコルです。</translation>
    </message>
    <message>
        <source>Systems are fitted on the very songs that are ranked, as in the paper's public code.</source>
        <translation>論文の公開コードと同じく、順位づけする曲そのもので学習します。</translation>
    </message>
    <message>
        <source>XMIED (sentences)</source>
        <translation>XMIED（文）</translation>
    </message>
    <message>
        <source>word count</source>
        <translation>単語の頻度</translation>
    </message>
    <message>
        <source>contrastive</source>
        <translation>対照学習</translation>
    </message>
    <message>
        <source>contrastive (filtered)</source>
        <translation>対照学習（負例を選別）</translation>
    </message>
    <message>
        <source>semi-supervised</source>
        <translation>半教師あり</translation>
    </message>
    <message>
        <source>label alignment</source>
        <translation>ラベル整列</translation>
    </message>
    <message>
        <source>clustering network</source>
        <translation>クラスタリング網</translation>
    </message>
    <message>
        <source>clustering (LA, then D)</source>
        <translation>クラスタリング（LA→D）</translation>
    </message>
    <message>
        <source>clustering (LD, then A)</source>
        <translation>クラスタリング（LD→A）</translation>
    </message>
    <message>
        <source>clustering (AD, then L)</source>
        <translation>クラスタリング（AD→L）</translation>
    </message>
    <message>
        <source>The clustering network in two stages (L lyrics, D dance, A audio): {first} first, then, with those frozen, {second}.</source>
        <translation>二段階のクラスタリング網（L 歌詞、D ダンス、A 音）: 先に{first}、次にそれらを固定して{second}を学習します。</translation>
    </message>
    <message>
        <source>lyrics</source>
        <translation>歌詞</translation>
    </message>
    <message>
        <source>dance</source>
        <translation>ダンス</translation>
    </message>
    <message>
        <source>audio</source>
        <translation>音</translation>
    </message>
    <message>
        <source>{one} and {other}</source>
        <translation>{one}と{other}</translation>
    </message>
    <message>
        <source>The paper's method: edit distance whose substitutions cost less where NPMI is high.</source>
        <translation>論文の手法: NPMI が高いほど置換のコストが低くなる編集距離です。</translation>
    </message>
    <message>
        <source>The paper's method with the code of the whole line in place of the word's.</source>
        <translation>論文の手法で、単語のコードの代わりに行全体のコードを使います。</translation>
    </message>
    <message>
        <source>Control: sees nothing but how long the bars are.</source>
        <translation>対照: 小節の長さだけを見ます。</translation>
    </message>
    <message>
        <source>Control: the expected figures of a random order.</source>
        <translation>対照: 無作為な順の期待値です。</translation>
    </message>
    <message>
        <source>Control: the training bars with the most similar words lend a query their dances; no codes, no NPMI.</source>
        <translation>対照: 単語が最も似た学習用の小節のダンスを借りて検索します。コードも NPMI も使いません。</translation>
    </message>
    <message>
        <source>Two small networks trained so that the two sides of a bar lie close together.</source>
        <translation>同じ小節の歌詞とダンスが近くなるように、二つの小さなネットワークを学習します。</translation>
    </message>
    <message>
        <source>Contrastive, with bars whose lyrics are nearly the query's left out of the negatives.</source>
        <translation>対照学習のうち、歌詞が検索語とほぼ同じ小節を負例から除いたものです。</translation>
    </message>
    <message>
        <source>A space learnt from pairs and one learnt from labels, mixed when a query is asked.</source>
        <translation>組から学習した空間とラベルから学習した空間を、検索のときに混ぜます。</translation>
    </message>
    <message>
        <source>Dances are trained to land where their words lie in the lyric encoder's own space.</source>
        <translation>歌詞エンコーダーの空間で、歌われた単語の位置に来るようにダンスを学習します。</translation>
    </message>
    <message>
        <source>Canonical correlation: the linear maps under which the two sides of a bar agree most.</source>
        <translation>正準相関: 小節の歌詞とダンスが最もよく一致する線形写像です。</translation>
    </message>
    <message>
        <source>CCA in which every bar of a class is paired with every other of that class.</source>
        <translation>同じクラスの小節どうしをすべて組にする CCA です。</translation>
    </message>
    <message>
        <source>CCA on top of two networks that are trained for high correlation.</source>
        <translation>相関が高くなるように学習した二つのネットワークの上の CCA です。</translation>
    </message>
    <message>
        <source>Cluster-CCA, then a triplet network that pulls bars of one class together.</source>
        <translation>Cluster-CCA のあと、同じクラスの小節を引き寄せるトリプレットネットワークを使います。</translation>
    </message>
    <message>
        <source>Variational autoencoders whose hidden vectors are tied by pair and class, then CCA.</source>
        <translation>組とクラスで潜在ベクトルを結びつけた変分オートエンコーダーのあと、CCA を使います。</translation>
    </message>
    <message>
        <source>Adversarial transfer of the tie between audio and dance to the lyrics; needs sound.</source>
        <translation>音とダンスの結びつきを、敵対的学習で歌詞に移します。音が必要です。</translation>
    </message>
    <message>
        <source>Contrast of each two modalities, pulled to shared cluster centres, with reconstruction.</source>
        <translation>モダリティを二つずつ対照し、共通のクラスター中心に引き寄せ、復元も行います。</translation>
    </message>
    <message>
        <source> or </source>
        <translation>、</translation>
    </message>
    <message>
        <source>Only under the protocol {names}.</source>
        <translation>プロトコル {names} でのみ使えます。</translation>
    </message>
    <message>
        <source>This corpus has no lyric vectors.</source>
        <translation>このコーパスには歌詞ベクトルがありません。</translation>
    </message>
    <message>
        <source>This corpus has no dance vectors.</source>
        <translation>このコーパスにはダンスベクトルがありません。</translation>
    </message>
    <message>
        <source>This corpus has no sound for every song.</source>
        <translation>このコーパスには音のない曲があります。</translation>
    </message>
    <message>
        <source>This corpus has no labels (no genre is given in its manifest).</source>
        <translation>このコーパスにはラベルがありません（マニフェストにジャンルがありません）。</translation>
    </message>
    <message>
        <source>This corpus has no words.</source>
        <translation>このコーパスには単語がありません。</translation>
    </message>
    <message>
        <source>This corpus has no sentence codes.</source>
        <translation>このコーパスには文のコードがありません。</translation>
    </message>
    <message>
        <source>No bar has a competitor of its own length.</source>
        <translation>同じ長さの競合がある小節がありません。</translation>
    </message>
    <message>
        <source>For each query NPMI is counted on all songs but its own.</source>
        <translation>検索語ごとに、その曲を除くすべての曲で NPMI を数えます。</translation>
    </message>
    <message>
        <source>Every bar with lyrics of the split competes; length alone then gives much away.</source>
        <translation>分割内の歌詞のある小節がすべて競合します。長さだけで多くのことがわかってしまいます。</translation>
    </message>
    <message>
        <source>Only bars of the query's own length compete, so that length says nothing.</source>
        <translation>検索語と同じ長さの小節だけが競合するため、長さは手がかりになりません。</translation>
    </message>
    <message>
        <source>Among equal scores the right bar comes last, as in the paper's public code.</source>
        <translation>論文の公開コードと同じく、同点の中では正しい小節を最下位とします。</translation>
    </message>
    <message>
        <source>Among equal scores the right bar gets the mean rank.</source>
        <translation>同点の中では、正しい小節を平均の順位とします。</translation>
    </message>
</context>
<context>
    <name>TimelineCanvas</name>
    <message>
        <source>Timeline</source>
        <translation>タイムライン</translation>
    </message>
    <message>
        <source>Sound, bars, words, NPMI and codes of the song on one time axis</source>
        <translation>曲の音声、小節、単語、NPMI、コードを一つの時間軸で示します</translation>
    </message>
    <message>
        <source>Song</source>
        <translation>曲</translation>
    </message>
    <message>
        <source>Time, bar</source>
        <translation>時刻、小節</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>音声</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>単語</translation>
    </message>
    <message>
        <source>NPMI</source>
        <translation>NPMI</translation>
    </message>
    <message>
        <source>Lyric code</source>
        <translation>歌詞コード</translation>
    </message>
    <message>
        <source>Dance code</source>
        <translation>ダンスコード</translation>
    </message>
</context>
<context>
    <name>TimelinePane</name>
    <message>
        <source>Zoom in</source>
        <translation>拡大</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>縮小</translation>
    </message>
    <message>
        <source>Fit whole song</source>
        <translation>曲全体を表示</translation>
    </message>
    <message>
        <source>Fit selection</source>
        <translation>選択範囲を表示</translation>
    </message>
    <message>
        <source>Zoom to the selected range; select one first</source>
        <translation>選択範囲に合わせて拡大します（先に範囲を選んでください）</translation>
    </message>
    <message>
        <source>Select bar</source>
        <translation>小節を選択</translation>
    </message>
    <message>
        <source>Select the bar under the playhead</source>
        <translation>再生位置の小節を選択します</translation>
    </message>
    <message>
        <source>Clear selection</source>
        <translation>選択を解除</translation>
    </message>
    <message>
        <source>Next snap mode</source>
        <translation>次のスナップ</translation>
    </message>
    <message>
        <source>Snap to nothing, frames, words, beats or bars in turn</source>
        <translation>スナップ先を、なし、フレーム、単語、拍、小節の順に切り替えます</translation>
    </message>
    <message>
        <source>Edit word times</source>
        <translation>単語の時刻を編集</translation>
    </message>
    <message>
        <source>Drag words and their edges to change their times; hold Shift and drag the sound to shift it</source>
        <translation>単語やその端をドラッグして時刻を変えます。Shift を押しながら音声をドラッグすると、音声がずれます</translation>
    </message>
    <message>
        <source>Dim values up to the threshold</source>
        <translation>しきい値以下の値を淡く表示</translation>
    </message>
    <message>
        <source>Show row: {name}</source>
        <translation>段を表示: {name}</translation>
    </message>
    <message>
        <source>Choose gesture here</source>
        <translation>ここのジェスチャーを選ぶ</translation>
    </message>
    <message>
        <source>Choose the pair of codes at the playhead in all panes</source>
        <translation>再生位置のコードの組を、すべての画面で選びます</translation>
    </message>
    <message>
        <source>The playhead is outside the bars.</source>
        <translation>再生位置が小節の外にあります。</translation>
    </message>
    <message>
        <source>This frame has no codes.</source>
        <translation>このフレームにはコードがありません。</translation>
    </message>
    <message>
        <source>Snap: {mode}</source>
        <translation>スナップ: {mode}</translation>
    </message>
    <message>
        <source>Select word “{word}”</source>
        <translation>単語「{word}」を選択</translation>
    </message>
    <message>
        <source>Select bar {bar}</source>
        <translation>小節 {bar} を選択</translation>
    </message>
    <message>
        <source>Choose gesture: lyric code {lyric}, dance code {dance}</source>
        <translation>ジェスチャーを選択: 歌詞コード {lyric}、ダンスコード {dance}</translation>
    </message>
</context>
<context>
    <name>Transport</name>
    <message>
        <source>Playing without sound: {reason}</source>
        <translation>音声なしで再生中: {reason}</translation>
    </message>
    <message>
        <source>Playing without sound: Qt's multimedia module does not load; on Linux install libpulse0.</source>
        <translation>音声なしで再生中: Qt のマルチメディアモジュールを読み込めません。Linux では libpulse0 をインストールしてください。</translation>
    </message>
    <message>
        <source>Playing without sound: there is no sound device that can be opened.</source>
        <translation>音声なしで再生中: 使用できる音声デバイスがありません。</translation>
    </message>
    <message>
        <source>Playing without sound: {fault}</source>
        <translation>音声なしで再生中: {fault}</translation>
    </message>
    <message>
        <source>“{title}” has no sound file: it plays silently.</source>
        <translation>「{title}」には音声ファイルがないため、無音で再生します。</translation>
    </message>
</context>
<context>
    <name>TransportBar</name>
    <message>
        <source>Playback</source>
        <translation>再生</translation>
    </message>
</context>
<context>
    <name>VolumeControl</name>
    <message>
        <source>Volume in percent</source>
        <translation>音量（パーセント）</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>音量</translation>
    </message>
</context>
<context>
    <name>WalkStrip</name>
    <message>
        <source>{number} of {total}: {word} in {song}, NPMI {npmi}</source>
        <translation>{total} 件中 {number}: {song} の「{word}」、NPMI {npmi}</translation>
    </message>
    <message>
        <source>(no word)</source>
        <translation>（単語なし）</translation>
    </message>
    <message>
        <source>Previous related stretch of the corpus</source>
        <translation>コーパス内の前の関連区間</translation>
    </message>
    <message>
        <source>Next related stretch of the corpus</source>
        <translation>コーパス内の次の関連区間</translation>
    </message>
    <message>
        <source>Song by song</source>
        <translation>曲順</translation>
    </message>
    <message>
        <source>Strongest first</source>
        <translation>強い順</translation>
    </message>
    <message>
        <source>Order of the walk</source>
        <translation>巡る順番</translation>
    </message>
    <message>
        <source>Nothing in this corpus is above the threshold of {threshold}.</source>
        <translation>このコーパスには、しきい値 {threshold} を超えるものがありません。</translation>
    </message>
    <message>
        <source>{total} stretches</source>
        <translation>{total} 区間</translation>
    </message>
    <message>
        <source>{number} of {total}</source>
        <translation>{total} 件中 {number}</translation>
    </message>
</context>
<context>
    <name>WhyView</name>
    <message>
        <source>Words above, dance codes below, the cost of each frame between (dotted: 0.5, no relation) · ▲ carried the hit · hatched: no partner, cost 1</source>
        <translation>上が単語、下がダンスコード、その間が各フレームのコスト（点線: 0.5、無関係）· ▲ ヒットの根拠 · 斜線: 対応なし、コスト 1</translation>
    </message>
    <message>
        <source>Choose a hit to see what its score is made of.</source>
        <translation>検索結果を選ぶと、スコアの内訳が表示されます。</translation>
    </message>
    <message>
        <source>{word} ({frames})</source>
        <translation>{word}（{frames}）</translation>
    </message>
    <message>
        <source>Score {score:.3f} = 1 − {distance:.2f} / {longer} frames; by length alone it would be {neutral:.3f}.</source>
        <translation>スコア {score:.3f} = 1 − {distance:.2f} / {longer} フレーム。長さだけなら {neutral:.3f} です。</translation>
    </message>
    <message>
        <source>Frames that carried it: {words}.</source>
        <translation>ヒットの根拠となったフレーム: {words}。</translation>
    </message>
    <message>
        <source>No frame of it goes with a word of the query: only its length brought it here.</source>
        <translation>検索語の単語と結びつくフレームはありません。長さだけでここに現れています。</translation>
    </message>
    <message>
        <source>Frames against it (together in fewer songs than by chance): {count}.</source>
        <translation>反するフレーム（偶然より少ない曲で同時に現れる）: {count}。</translation>
    </message>
</context>
<context>
    <name>WordsPane</name>
    <message>
        <source>Word</source>
        <translation>単語</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>開始</translation>
    </message>
    <message>
        <source>End</source>
        <translation>終了</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>備考</translation>
    </message>
    <message>
        <source>estimated</source>
        <translation>推定</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>変更あり</translation>
    </message>
    <message>
        <source>outside the motion</source>
        <translation>モーションの範囲外</translation>
    </message>
    <message>
        <source>Words of the song</source>
        <translation>曲の単語</translation>
    </message>
    <message>
        <source>Move by</source>
        <translation>移動量</translation>
    </message>
    <message>
        <source> ms</source>
        <translation> ミリ秒</translation>
    </message>
    <message>
        <source>Word earlier</source>
        <translation>単語を早める</translation>
    </message>
    <message>
        <source>Word later</source>
        <translation>単語を遅らせる</translation>
    </message>
    <message>
        <source>Line earlier</source>
        <translation>行を早める</translation>
    </message>
    <message>
        <source>Line later</source>
        <translation>行を遅らせる</translation>
    </message>
    <message>
        <source>Song starts in the motion at</source>
        <translation>曲が始まるモーション上の時刻</translation>
    </message>
    <message>
        <source> s</source>
        <translation> 秒</translation>
    </message>
    <message>
        <source>Seconds added to the times of lyrics, bars and sound; the dance stays.</source>
        <translation>歌詞、小節、音声の時刻に加える秒数です。ダンスは動きません。</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>ずらす</translation>
    </message>
    <message>
        <source>Open a corpus to see the words of its songs here.</source>
        <translation>コーパスを開くと、ここに曲の単語が表示されます。</translation>
    </message>
    <message>
        <source>This song has no lyrics; import it with a lyrics file to have words here.</source>
        <translation>この曲には歌詞がありません。歌詞ファイルとともに取り込むと、ここに単語が表示されます。</translation>
    </message>
    <message>
        <source>Choose a word first</source>
        <translation>先に単語を選んでください</translation>
    </message>
    <message>
        <source>Give another time first</source>
        <translation>先に別の時刻を入力してください</translation>
    </message>
</context>
<context>
    <name>_Titles</name>
    <message>
        <source>&amp;File</source>
        <translation>ファイル(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Corpus</source>
        <translation>コーパス(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>編集(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>表示(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <translation>再生(&amp;P)</translation>
    </message>
    <message>
        <source>S&amp;ong</source>
        <translation>曲(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Timeline</source>
        <translation>タイムライン(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Time</source>
        <translation>時間(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Search</source>
        <translation>検索(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Browse</source>
        <translation>閲覧(&amp;B)</translation>
    </message>
    <message>
        <source>F&amp;igures</source>
        <translation>図表(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Dancer</source>
        <translation>ダンサー(&amp;D)</translation>
    </message>
    <message>
        <source>E&amp;xport</source>
        <translation>書き出し(&amp;X)</translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation>ツール(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Rate</source>
        <translation>評価(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Window</source>
        <translation>ウィンドウ(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation>移動(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>ヘルプ(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Kotofuri</source>
        <translation>Kotofuri(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Draft</source>
        <translation>下書き(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Mark</source>
        <translation>マーク(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Learn</source>
        <translation>学習(&amp;L)</translation>
    </message>
    <message>
        <source>Ta&amp;gs</source>
        <translation>タグ(&amp;G)</translation>
    </message>
    <message>
        <source>Wor&amp;ds</source>
        <translation>単語(&amp;D)</translation>
    </message>
</context>
</TS>
